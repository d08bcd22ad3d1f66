//! How plain values travel as JSON: amounts and times as the text that PostgreSQL prints, never as floats.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Day, Fixed2, LocalMs};

impl Serialize for Fixed2 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fixed2 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(text.as_bytes()).ok_or_else(|| D::Error::custom("expected a decimal such as 12.34"))
    }
}

impl Serialize for LocalMs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LocalMs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(text.as_bytes()).ok_or_else(|| D::Error::custom("expected a local time such as 2016-01-11 00:15:00"))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.to_date())
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        LocalMs::parse(text.as_bytes()).map(LocalMs::day).ok_or_else(|| D::Error::custom("expected a day such as 2016-01-11"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_survive_the_journey_as_text() {
        let value = (Fixed2(-1205), LocalMs(1_452_470_400_123), LocalMs(1_452_470_400_123).day());
        let json = serde_json::to_string(&value).expect("plain values");
        assert_eq!(json, r#"["-12.05","2016-01-11 00:00:00.123","2016-01-11"]"#);
        assert_eq!(serde_json::from_str::<(Fixed2, LocalMs, Day)>(&json).expect("what we wrote"), value);
        assert!(serde_json::from_str::<Fixed2>("\"NaN\"").is_err());
    }
}
