//! The operational database: the tables that pages, files and generators write and the log reader reads.
//! Also the CSV form of those tables, because a file of readings is nothing but rows of them.

pub mod copy_text;
pub mod csv_file;
pub mod error;
pub mod line_fault;
pub mod os_cause;
pub mod position;
pub mod reactive;
pub mod reactive_file;
pub mod reading_file;
pub mod readings;
pub mod region_file;
pub mod regions;
pub mod schema;
pub mod user_file;
pub mod users;

pub use csv_file::FileError;
pub use error::{OperationalError, Trouble};
pub use line_fault::{BadLine, Expected, LineFault};
pub use os_cause::os_cause;
pub use reactive_file::ReactiveFile;
pub use reading_file::ReadingFile;
pub use readings::{Inserted, LastReport, ReadingWriter};
pub use region_file::{RegionProblem, read_regions};
pub use schema::Operational;
pub use user_file::UserFile;
