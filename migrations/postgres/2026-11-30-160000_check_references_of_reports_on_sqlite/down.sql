-- PostgreSQL has been without these references since 2026-11-30-043000.
SELECT 1;
