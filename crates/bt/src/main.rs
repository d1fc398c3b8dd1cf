//! `bt`: Berkeleytime, the one program. This crate is the door: it reads the command line and the configuration, and
//! introduces the services to the adapters. What it starts lies in the other crates.

mod backups;
mod certifying;
mod command_line;
mod commands;
mod door;
mod house;
mod progress;
mod release;
mod screen;
mod settings;
mod surroundings;
mod table;
mod watching;
mod world;

use std::process::ExitCode;

use clap::Parser;

use crate::command_line::CommandLine;
use crate::surroundings::Surroundings;

fn main() -> ExitCode {
    let command_line = CommandLine::parse();
    let surroundings = Surroundings::look();
    door::enter(&command_line, &surroundings)
}
