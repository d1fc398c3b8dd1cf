//! `bt`: Berkeleytime, the one program. This crate is the door: it reads the command line and the configuration, and
//! introduces the services to the adapters. What it starts lies in the other crates.

mod addresses;
mod backups;
mod certifying;
mod command_line;
mod commands;
mod door;
mod house;
mod nearest;
mod progress;
mod release;
mod screen;
mod settings;
mod signing_in;
mod surroundings;
mod table;
mod watching;
mod world;

use std::process::ExitCode;

use clap::Parser;

use crate::command_line::CommandLine;
use crate::surroundings::Surroundings;

/// Services of one machine live beside each other for months and load the catalog again and again: this allocator gives
/// memory back, where glibc's keeps it.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let command_line = CommandLine::parse();
    let surroundings = Surroundings::look();
    door::enter(&command_line, &surroundings)
}
