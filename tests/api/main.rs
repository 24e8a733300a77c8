//! Every test of the project, in one binary: rules and figures without a database, then storage and the API on both
//! databases.
