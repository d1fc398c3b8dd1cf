//! The house test: reads every manifest and source file and holds the rules of docs/ARCHITECTURE.md and docs/STYLE.md.

pub mod floors;
pub mod tree;
