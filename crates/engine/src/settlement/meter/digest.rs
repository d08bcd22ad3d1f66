//! The fingerprint of what a day was measured by.

use domain::Fixed2;
use domain::settlement::{Reactive, Reading};
use sha2::{Digest, Sha256};

/// Canonical text, one line each: `r,id,ms,amount,before,after` for readings and `q,ms,kvarh` for reactive energy; times in
/// milliseconds of local time since 1970, amounts in hundredths, empty where a register is not known.
#[derive(Default)]
pub(super) struct DayText {
    text: Vec<u8>,
    number: itoa::Buffer,
}

impl DayText {
    pub fn clear(&mut self) {
        self.text.clear();
    }

    pub fn reading(&mut self, reading: &Reading) {
        self.text.push(b'r');
        self.field(Some(reading.consumption_id));
        self.field(Some(reading.reported_at.0));
        self.field(Some(reading.amount_kwh.0));
        self.field(reading.register_before.map(|Fixed2(units)| units));
        self.field(reading.register_after.map(|Fixed2(units)| units));
        self.text.push(b'\n');
    }

    pub fn reactive(&mut self, reactive: &Reactive) {
        self.text.push(b'q');
        self.field(Some(reactive.interval_end.0));
        self.field(Some(reactive.kvarh.0));
        self.text.push(b'\n');
    }

    pub fn sha256_hex(&self) -> String {
        hex::encode(Sha256::digest(&self.text))
    }

    fn field(&mut self, value: Option<i64>) {
        self.text.push(b',');
        if let Some(value) = value {
            self.text.extend_from_slice(self.number.format(value).as_bytes());
        }
    }
}
