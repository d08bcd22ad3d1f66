//! Whether the record is whole: every hash computed again, with code that shares nothing with the function that wrote it.

use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use super::{AccessError, AccessPool};

/// Entries read at a time.
const PAGE: i64 = 5_000;

/// The end of the chain, or an end noted earlier.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    pub entry_no: i64,
    pub hash: Vec<u8>,
}

/// What is wrong with an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// Its hash is not that of what it says.
    Changed,
    /// It is not there.
    Missing,
    /// It does not follow the entry before it: that one or this one was replaced.
    OutOfOrder,
    /// It and everything after it was cut off.
    CutOff,
    /// It stands after the end of the chain.
    BeyondHead,
    /// The chain's stored end is another.
    HeadDiffers,
    /// It is not the entry that was noted earlier.
    NotAsNoted,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Broken {
    pub entry_no: i64,
    pub what: Wrong,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// How many entries were found good.
    pub entries: i64,
    /// The last good one.
    pub head: Head,
    /// The first that is not.
    pub broken: Option<Broken>,
}

impl Head {
    /// Before the first entry.
    fn start() -> Self {
        Self { entry_no: 0, hash: Sha256::digest(b"").to_vec() }
    }

    /// Reads `N:hex`, as [`std::fmt::Display`] writes it.
    pub fn parse(text: &str) -> Option<Self> {
        let (entry_no, hash) = text.trim().split_once(':')?;
        let entry_no = entry_no.parse().ok().filter(|entry_no| *entry_no >= 0)?;
        let hash = hex::decode(hash).ok().filter(|hash| hash.len() == 32)?;
        Some(Self { entry_no, hash })
    }
}

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.entry_no, hex::encode(&self.hash))
    }
}

/// Reads the whole record in order, a page at a time, as it stands at the beginning. `noted` is an end that somebody
/// wrote down earlier: it must still be in the chain.
pub async fn verify(pool: &AccessPool, noted: Option<&Head>) -> Result<Verdict, AccessError> {
    let mut tx = pool.pool().begin().await?;
    sqlx::query!("set transaction isolation level repeatable read, read only").execute(&mut *tx).await?;
    let stored =
        sqlx::query_as!(Head, "select entry_no, hash from access.audit_head where id = 1").fetch_optional(&mut *tx).await?;
    let mut chain = Chain { last: Head::start(), stored, noted, text: Vec::new() };
    let mut broken = chain.check_noted();
    let mut after_no = i64::MIN;
    while broken.is_none() {
        let page = page(&mut tx, after_no).await?;
        let Some(last) = page.last() else { break };
        after_no = last.entry_no;
        broken = page.iter().find_map(|row| chain.follow(row).err());
    }
    let broken = broken.or_else(|| chain.end());
    Ok(Verdict { entries: chain.last.entry_no, head: chain.last, broken })
}

struct Row {
    entry_no: i64,
    /// Microseconds since 1970; none for a time that is no time.
    at_us: Option<i64>,
    actor_kind: String,
    actor_id: Option<i64>,
    actor_name: String,
    address: String,
    tenant_id: Option<i32>,
    action: String,
    object_kind: String,
    object_id: String,
    before: Option<String>,
    after: Option<String>,
    reason: Option<String>,
    previous_hash: Vec<u8>,
    hash: Vec<u8>,
}

async fn page(db: &mut PgConnection, after_no: i64) -> Result<Vec<Row>, AccessError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select entry_no, case when isfinite(at) then (extract(epoch from at) * 1000000)::bigint end as at_us, actor_kind,
                  actor_id, actor_name, address, tenant_id, action, object_kind, object_id, before::text, after::text, reason,
                  previous_hash, hash
             from access.audit_log where entry_no > $1 order by entry_no limit $2"#,
        after_no,
        PAGE
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// The chain as far as it was followed.
struct Chain<'a> {
    last: Head,
    stored: Option<Head>,
    noted: Option<&'a Head>,
    text: Vec<u8>,
}

impl Chain<'_> {
    fn follow(&mut self, row: &Row) -> Result<(), Broken> {
        let due = self.last.entry_no + 1;
        if row.entry_no != due {
            let what = if row.entry_no > due { Wrong::Missing } else { Wrong::OutOfOrder };
            return Err(Broken { entry_no: due.min(row.entry_no), what });
        }
        let broken = |what| Err(Broken { entry_no: due, what });
        if self.stored.as_ref().is_some_and(|stored| due > stored.entry_no) {
            return broken(Wrong::BeyondHead);
        }
        if self.hash(row) != row.hash {
            return broken(Wrong::Changed);
        }
        if row.previous_hash != self.last.hash {
            return broken(Wrong::OutOfOrder);
        }
        let before = std::mem::replace(&mut self.last, Head { entry_no: due, hash: row.hash.clone() });
        if let Some(found) = self.check_noted() {
            self.last = before;
            return Err(found);
        }
        Ok(())
    }

    /// After the last entry.
    fn end(&self) -> Option<Broken> {
        let next = |what| Some(Broken { entry_no: self.last.entry_no + 1, what });
        match (&self.stored, self.noted) {
            (Some(stored), _) if stored.entry_no > self.last.entry_no => next(Wrong::CutOff),
            (_, Some(noted)) if noted.entry_no > self.last.entry_no => next(Wrong::CutOff),
            (Some(stored), _) if *stored == self.last => None,
            _ => Some(Broken { entry_no: self.last.entry_no, what: Wrong::HeadDiffers }),
        }
    }

    fn check_noted(&self) -> Option<Broken> {
        let noted = self.noted.filter(|noted| noted.entry_no == self.last.entry_no && noted.hash != self.last.hash)?;
        Some(Broken { entry_no: noted.entry_no, what: Wrong::NotAsNoted })
    }

    fn hash(&mut self, row: &Row) -> Vec<u8> {
        let text = &mut self.text;
        text.clear();
        number(text, Some(row.entry_no));
        number(text, row.at_us);
        field(text, Some(&row.actor_kind));
        number(text, row.actor_id);
        field(text, Some(&row.actor_name));
        field(text, Some(&row.address));
        number(text, row.tenant_id.map(i64::from));
        field(text, Some(&row.action));
        field(text, Some(&row.object_kind));
        field(text, Some(&row.object_id));
        field(text, row.before.as_deref());
        field(text, row.after.as_deref());
        field(text, row.reason.as_deref());
        Sha256::new().chain_update(&row.previous_hash).chain_update(text).finalize().to_vec()
    }
}

/// `-;` for nothing, else the length in bytes, a colon, the text, a semicolon.
fn field(text: &mut Vec<u8>, value: Option<&str>) {
    match value {
        None => text.push(b'-'),
        Some(value) => {
            text.extend_from_slice(value.len().to_string().as_bytes());
            text.push(b':');
            text.extend_from_slice(value.as_bytes());
        }
    }
    text.push(b';');
}

fn number(text: &mut Vec<u8>, value: Option<i64>) {
    field(text, value.map(|value| value.to_string()).as_deref());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_cannot_be_shifted_into_each_other() {
        let of = |values: &[Option<&str>]| {
            let mut text = Vec::new();
            values.iter().for_each(|value| field(&mut text, *value));
            String::from_utf8(text).expect("text")
        };
        assert_eq!(of(&[Some("李"), None, Some("")]), "3:李;-;0:;");
        assert_ne!(of(&[Some("a;1:b"), None]), of(&[Some("a"), Some("b")]));
        assert_ne!(of(&[None]), of(&[Some("-")]));
    }

    #[test]
    fn a_noted_end_round_trips() {
        let head = Head::start();
        assert_eq!(Head::parse(&head.to_string()), Some(head.clone()));
        assert_eq!(Head::parse(&format!(" {head}\n")), Some(head));
        for bad in ["", "1", "1:", "-1:00", "x:00", "1:00"] {
            assert_eq!(Head::parse(bad), None, "{bad}");
        }
    }
}
