//! What a statement says on paper, in one language and in order. How it looks is decided by whoever draws it.

use app::Lang;
use app::format;
use app::pages::settlement::shown::{kwh, price, yuan};
use app::pages::settlement::statement::lines;
use app::pages::shared;
use app::text::Text;
use app::text::common;
use app::text::settlement::{documents as words, statement as names, words as kinds};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::settlement::bill::Part;
use domain::settlement::document::Document;
use domain::settlement::{Bill, Line, StatementState};
use domain::{Day, Fixed2};
use warehouse::read::settlement::statement::Statement;

/// One sheet: a head, a table, a total and what stands below it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sheet {
    pub lang: Lang,
    pub title: String,
    /// Number, version, month: repeated on every page.
    pub number: String,
    pub customer: String,
    /// What is not final says so on every page.
    pub banner: Option<String>,
    pub facts: Vec<(String, String)>,
    /// Item, quantity, price, amount.
    pub columns: [String; 4],
    pub rows: Vec<Row>,
    pub total: Total,
    pub foot: Vec<String>,
    pub page_of: Text,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    pub item: String,
    pub quantity: String,
    pub price: String,
    pub amount: String,
    pub notes: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Total {
    pub label: String,
    pub energy: String,
    pub amount: String,
}

/// A statement in words. Nothing of it depends on when it is asked for, so that a frozen one is the same file for ever.
pub fn sheet(of: &Statement, zone: Tz, lang: Lang) -> Sheet {
    let document = of.document.as_ref();
    let bill = document.map(|document| &document.bill);
    let total: Fixed2 = bill.map_or(of.amount, |bill| bill.lines.iter().map(|line| line.amount).sum());
    let label = if total.0 < 0 { names::TOTAL_REFUND } else { names::TOTAL };
    Sheet {
        lang,
        title: names::PRINT_TITLE.get(lang).to_owned(),
        number: words::NUMBER.with(lang, &[&of.statement_id.to_string(), &of.version.to_string(), &of.month.to_string()]),
        customer: of.user_name.clone(),
        banner: banner(of.status).map(|text| text.get(lang).to_owned()),
        facts: facts(of, lang),
        columns: [names::ITEM, names::QUANTITY, names::PRICE, names::AMOUNT].map(|text| text.get(lang).to_owned()),
        rows: bill.map(|bill| bill.lines.iter().map(|line| row(line, bill, lang)).collect()).unwrap_or_default(),
        total: Total {
            label: label.get(lang).to_owned(),
            energy: format!("{} kWh", kwh(of.energy_kwh)),
            amount: format!("{} {}", yuan(total), names::YUAN.get(lang)),
        },
        foot: foot(of, total, zone, lang),
        page_of: words::PAGE_OF,
    }
}

fn banner(state: StatementState) -> Option<Text> {
    match state {
        StatementState::Draft => Some(words::BANNER_DRAFT),
        StatementState::Checked => Some(words::BANNER_CHECKED),
        StatementState::Void => Some(words::BANNER_VOID),
        StatementState::Frozen => None,
    }
}

fn facts(of: &Statement, lang: Lang) -> Vec<(String, String)> {
    let document = of.document.as_ref();
    let tariffs = document.map(|document| {
        let name = |tariff: &domain::settlement::document::TariffUsed| {
            names::TARIFF_VERSION.with(lang, &[&tariff.name, &tariff.version.to_string()])
        };
        document.tariffs.iter().map(name).collect::<Vec<_>>().join("; ")
    });
    let terms = document.and_then(|document| document.contract.terms.last()).map(|dated| &dated.terms);
    let period = [format::date(of.from), format::date(Day(of.to.0 - 1)), (of.to.0 - of.from.0).to_string()];
    let facts = [
        (names::CUSTOMER, Some(of.user_name.clone())),
        (common::ACCOUNT_NO, Some(of.user_id.to_string())),
        (names::CONTRACT, Some(of.contract_id.to_string())),
        (common::USAGE_TYPE, Some(shared::usage(&of.usage_type, lang))),
        // by number: a name may change later, and the file of a frozen statement may not
        (common::REGION, (of.region_id != 0).then(|| words::REGION_NUMBER.with(lang, &[&of.region_id.to_string()]))),
        (names::PERIOD, Some(names::PERIOD_OF.with(lang, &period.each_ref().map(String::as_str)))),
        (names::STATE, Some(kinds::state(of.status).get(lang).to_owned())),
        (names::TARIFF, tariffs.filter(|text| !text.is_empty())),
        (names::VOLTAGE, terms.map(|terms| kinds::voltage(terms.voltage).get(lang).to_owned())),
        (
            names::CAPACITY,
            terms.filter(|terms| terms.capacity_kva.0 > 0).map(|terms| format!("{} kVA", yuan(terms.capacity_kva))),
        ),
    ];
    facts.into_iter().filter_map(|(label, value)| Some((label.get(lang).to_owned(), value?))).collect()
}

fn row(line: &Line, bill: &Bill, lang: Lang) -> Row {
    let is_part = (line.from, line.to) != (bill.period.from, bill.period.to);
    let days = is_part.then(|| names::DAYS_OF.with(lang, &[&format::date(line.from), &format::date(Day(line.to.0 - 1))]));
    let labelled = |label: Text, text: &Option<String>| text.as_ref().map(|text| format!("{}: {text}", label.get(lang)));
    let mut notes: Vec<String> = days.into_iter().chain(lines::sentences(line, lang)).collect();
    notes.extend(parts(&line.parts, lang));
    notes.extend(labelled(names::CLAUSE, &line.clause));
    notes.extend(labelled(names::NOTICE, &line.notice));
    Row {
        item: lines::name(line, lang),
        quantity: lines::quantity(line, lang),
        price: lines::price_of(line, lang),
        amount: yuan(line.amount),
        notes,
    }
}

/// The components of a price in one sentence; they sum to the line.
fn parts(parts: &[Part], lang: Lang) -> Option<String> {
    if parts.is_empty() {
        return None;
    }
    let one = |part: &Part| {
        let kind = kinds::component(part.kind).get(lang);
        let name = part.name.as_ref().map_or_else(|| kind.to_owned(), |own| format!("{kind} · {own}"));
        format!("{name} {} = {}", price(part.price), yuan(part.amount))
    };
    let count = parts.len().to_string();
    let list: Vec<String> = parts.iter().map(one).collect();
    Some(format!("{}: {}", names::PARTS.with(lang, &[&count]), list.join("; ")))
}

fn foot(of: &Statement, total: Fixed2, zone: Tz, lang: Lang) -> Vec<String> {
    let document = of.document.as_ref();
    let mut foot = Vec::new();
    let mut push = |label: Text, value: Option<String>| {
        foot.extend(value.filter(|value| !value.is_empty()).map(|value| format!("{}: {value}", label.get(lang))));
    };
    push(names::NOTICE, document.map(notices));
    push(names::ESTIMATED, (of.estimated_kwh.0 != 0).then(|| format!("{} kWh", kwh(of.estimated_kwh))));
    push(names::ADJUSTMENTS_OF, (of.adjustment.0 != 0).then(|| yuan(of.adjustment)));
    let carbon = document.and_then(|document| document.carbon.as_ref()).map(|carbon| {
        let factor = [carbon.factor.kg_per_kwh.to_string(), carbon.factor.year.to_string(), carbon.factor.source.clone()];
        let note = names::CARBON_NOTE.with(lang, &factor.each_ref().map(String::as_str));
        format!("{} kgCO₂ ({note})", kwh(carbon.kg))
    });
    push(names::CARBON, carbon);
    let stamp = |stamp: &Option<(DateTime<Utc>, String)>| {
        stamp.as_ref().map(|(at, by)| format!("{by} {}", at.with_timezone(&zone).format("%Y-%m-%d %H:%M")))
    };
    push(names::CHECKED, stamp(&of.checked).filter(|_| of.status != StatementState::Draft));
    push(names::FROZEN, stamp(&of.frozen));
    push(names::VOIDED, stamp(&of.voided));
    push(names::VOID_REASON, of.void_reason.clone());
    push(words::HASH, Some(of.hash.clone().unwrap_or_else(|| names::HASH_NOT_YET.get(lang).to_owned())));
    let is_broken = of.hash.as_ref().is_some_and(|hash| *hash != of.digest);
    foot.extend(is_broken.then(|| names::HASH_WRONG.get(lang).to_owned()));
    foot.extend(document.is_none().then(|| names::UNREADABLE.get(lang).to_owned()));
    foot.extend((total != of.amount).then(|| names::SUM_WRONG.get(lang).to_owned()));
    foot.push(names::PRINT_TAX.get(lang).to_owned());
    foot
}

fn notices(document: &Document) -> String {
    let mut numbers: Vec<&str> = Vec::new();
    for tariff in &document.tariffs {
        let number = tariff.notice.number.as_str();
        if !number.is_empty() && !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers.join("; ")
}
