//! Writes the tariffs that the product brings along, once: examples that somebody has to compare with their notices.

use domain::settlement::shipped;
use domain::settlement::tariff_file::TariffFile;
use warehouse::settlement::tariffs;
use warehouse::{Store, WarehouseError};

/// Everything that ships, as a file would hold it.
pub fn file() -> TariffFile {
    TariffFile {
        plans: shipped::tariffs(),
        calendar: shipped::holidays(),
        rules: shipped::national_rules(),
        carbon: shipped::carbon_factors(),
        ..TariffFile::empty()
    }
}

/// To be called whenever settlement starts; only the first time in an installation writes anything.
pub async fn write_once(store: &Store) -> Result<(), WarehouseError> {
    if tariffs::ship(store, &file()).await? {
        tracing::info!("example tariffs, holidays and national rules are written; compare them with their notices");
    }
    Ok(())
}
