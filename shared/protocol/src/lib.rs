#![doc = include_str!("../README.md")]

#[macro_use]
mod bodies;

pub mod action;
pub mod client;
pub mod clues;
pub mod counted;
pub mod device;
pub mod errand;
pub mod es256;
pub mod event;
pub mod evidence;
pub mod export;
mod fault;
pub mod mail;
pub mod metrics;
pub mod moderation;
mod object;
pub mod push;
pub mod rest;
pub mod room;
pub mod route;
pub mod server;
pub mod server_wire;
pub mod timer;
pub mod token;
pub mod turn;
