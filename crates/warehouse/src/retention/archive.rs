//! Readings on their way out are written to a file first, in the form in which they can be replayed.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use futures::TryStreamExt;
use sqlx::postgres::PgConnection;

use crate::WarehouseError;

const COLUMNS: &str = "consumption_id, user_id, consumption_amount, consumption_cost, consumption_date, meter_reading_before, \
     meter_reading_after, remark";
const SUFFIX_PARTIAL: &str = "part";

/// Writes a partition to `<dir>/power_consumption_<digits of its day>.csv.gz`. A file that is there is whole: it was renamed last.
pub(super) async fn archive(connection: &mut PgConnection, dir: &Path, child: &str) -> Result<(), WarehouseError> {
    let day: String = child.chars().rev().take_while(char::is_ascii_digit).collect();
    let day: String = day.chars().rev().collect();
    let whole = dir.join(format!("power_consumption_{day}.csv.gz"));
    let failed = |cause: io::Error| WarehouseError::Archive { path: whole.clone(), cause };
    if whole.exists() {
        return Ok(());
    }
    std::fs::create_dir_all(dir).map_err(failed)?;
    let partial: PathBuf = whole.with_extension(SUFFIX_PARTIAL);
    let mut file = GzEncoder::new(File::create(&partial).map_err(failed)?, Compression::default());
    let sql =
        format!("copy (select {COLUMNS} from {child} order by consumption_date, consumption_id) to stdout (format csv, header)");
    let mut data = connection.copy_out_raw(&sql).await?;
    while let Some(bytes) = data.try_next().await? {
        file.write_all(&bytes).map_err(failed)?;
    }
    drop(data);
    file.finish().and_then(|file| file.sync_all()).map_err(failed)?;
    std::fs::rename(&partial, &whole).map_err(failed)
}
