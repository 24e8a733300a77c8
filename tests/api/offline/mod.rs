//! The reference client and real servers, with a bad network between them.

#[path = "../../../examples/offline_client/device.rs"]
pub(crate) mod device;
#[path = "../../../examples/offline_client/disk.rs"]
mod disk;
#[path = "../../../examples/offline_client/errands.rs"]
mod errands;
#[path = "../../../examples/offline_client/link.rs"]
pub(crate) mod link;
#[path = "../../../examples/offline_client/merge.rs"]
mod merge;

mod field;
mod merging;
mod network;
mod phones;
mod proof;
mod town;
mod vectors;
