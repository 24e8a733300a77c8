//! What every answer is made of: its envelope, failures in words, forms of documents, and what the OpenAPI document says of them.

pub mod envelope;
pub mod fault_texts;
pub mod formats;
pub mod openapi;
mod paced;
pub mod page;
pub mod pieces;
pub mod problem;
pub mod problem_code;
mod said_once;
