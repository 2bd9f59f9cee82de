//! The command line.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Parser;

use crate::samconfig;
use crate::stack::Options;

/// Names the log of permissions for every stack that a test run starts.
const PERMISSIONS_LOG: &str = "SPEED_CONNECT_PERMISSIONS";

/// A small AWS on one machine: starts what a CloudFormation template declares.
#[derive(Debug, Parser)]
#[command(name = "local", version, args_override_self = true)]
pub struct Cli {
    /// The template (SAM transform)
    #[arg(long, default_value = "cloudformation.yaml")]
    template: PathBuf,
    /// SAM's configuration file; its parameter overrides count
    #[arg(long)]
    samconfig: Option<PathBuf>,
    /// Which environment of the configuration file
    #[arg(long, default_value = "local")]
    config_env: String,
    /// Folder with the functions' binaries
    #[arg(long)]
    functions_dir: PathBuf,
    /// Folder with the built page
    #[arg(long)]
    site: Option<PathBuf>,
    /// Port of the page and the APIs; 0 takes a free one
    #[arg(long, default_value_t = 4000)]
    port: u16,
    /// Port of the AWS endpoints; 0 takes a free one
    #[arg(long, default_value_t = 4566)]
    aws_port: u16,
    /// UDP port of the TURN server; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    turn_port: u16,
    /// Folder for everything that shall survive a restart; without it all is in memory
    #[arg(long)]
    data: Option<PathBuf>,
    /// A template parameter, Key=Value; may be repeated and goes before the configuration file
    #[arg(long, value_name = "Key=Value", value_parser = samconfig::pair)]
    parameter: Vec<(String, String)>,
    /// Where to write, once each, what the functions' roles allow and refuse; several stacks may share it
    #[arg(long, value_name = "LOG")]
    permissions_log: Option<PathBuf>,
    /// Starts nothing: says which permissions of the template no call in this log has needed, and which calls were refused
    #[arg(long, value_name = "LOG")]
    pub judge_permissions: Option<PathBuf>,
}

impl Cli {
    /// What the command line asks for; lines of progress go to standard output.
    pub fn into_options(self) -> Options {
        Options {
            samconfig: self.samconfig.map(|path| (path, self.config_env)),
            site: self.site,
            port: self.port,
            aws_port: self.aws_port,
            turn_port: self.turn_port,
            data: self.data,
            parameters: self.parameter.into_iter().collect(),
            progress: say,
            permissions: self.permissions_log.or_else(|| std::env::var_os(PERMISSIONS_LOG).map(PathBuf::from)),
            ..Options::new(self.template, self.functions_dir)
        }
    }
}

/// Writes a line to standard output; when nobody reads it any more, that is no reason to end.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
