//! What an index goes through: folders that change, indexers that are killed, disks that are full. Whatever happens,
//! after the next run it equals an index built in one go.

mod archive; // articles made up, and running the programs on them
mod damage; // a tiny index, damaged byte by byte
mod hostile; // inputs made to do harm
mod ids; // which records of one id are one article
mod incremental; // each rule of keeping up to date, one by one
mod isolation; // inputs that end the process that parses them
mod kill; // the real indexer, killed at random moments
mod model; // random operations on a folder against a simple model
mod readers; // readers beside commits, merges and rebuilds
mod trouble; // full disks, read-only and vanished indexes, signals
mod upgrade; // indexes of an earlier version, brought up to date
