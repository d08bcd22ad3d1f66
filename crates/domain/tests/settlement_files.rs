//! Files of tariffs: what they may hold, and that an import leads to what the file means, once.

use domain::Day;
use domain::settlement::check::is_sound;
use domain::settlement::shipped;
use domain::settlement::tariff_file::{FORMAT, FileFault, TariffFile};
use domain::settlement::tariff_import::{PlanOutcome, changes, outcomes};
use domain::settlement::validity::{Validity, in_force};
use domain::settlement::{Price6, TariffPlan, check};
use proptest::prelude::*;

fn plan(from: i32, until: Option<i32>, price: i64) -> TariffPlan {
    let mut plan = shipped::tariffs().into_iter().find(|plan| plan.code == "guangdong-residential").expect("a shipped tariff");
    (plan.valid_from, plan.valid_until) = (Day(20_000 + from), until.map(|until| Day(20_000 + until)));
    plan.prices.as_mut().expect("prices").bands.flat = Some(Price6(price));
    plan
}

fn validity(version: i32, plan: &TariffPlan) -> Validity {
    Validity { version, from: plan.valid_from, until: plan.valid_until }
}

/// The document in force on a day, the last one winning.
fn told(documents: &[TariffPlan], day: Day) -> Option<&TariffPlan> {
    documents.iter().rev().find(|plan| validity(0, plan).covers(day))
}

fn apply(known: &mut Vec<TariffPlan>, file: &[TariffPlan]) -> Vec<PlanOutcome> {
    let versions: Vec<(Validity, TariffPlan)> =
        (1..).zip(known.iter()).map(|(no, plan)| (validity(no, plan), plan.clone())).collect();
    let newest = i32::try_from(known.len()).expect("few");
    let found = outcomes(&versions, newest, &file.iter().collect::<Vec<_>>());
    for (plan, outcome) in file.iter().zip(&found) {
        match outcome {
            PlanOutcome::Added => known.push(plan.clone()),
            PlanOutcome::Changed { version, replaces, .. } => {
                let there: Vec<Validity> = (1..).zip(known.iter()).map(|(no, plan)| validity(no, plan)).collect();
                let needed = domain::settlement::validity::replaced_by(&validity(*version, plan), &there);
                assert_eq!(*replaces, needed, "it says all that it replaces");
                known.push(plan.clone());
                assert_eq!(usize::try_from(*version).expect("positive"), known.len());
            }
            PlanOutcome::Same { .. } | PlanOutcome::Covered | PlanOutcome::Foreign => {}
        }
    }
    found
}

fn documents() -> impl Strategy<Value = Vec<TariffPlan>> {
    let document = (0i32..30, prop::option::of(1i32..20), 1i64..4)
        .prop_map(|(from, length, price)| plan(from, length.map(|length| from + length), price));
    prop::collection::vec(document, 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn after_an_import_each_day_of_the_file_is_as_the_file_says(before in documents(), file in documents()) {
        let mut known = before.clone();
        apply(&mut known, &file);
        for day in (-1..60).map(|day| Day(20_000 + day)) {
            let expected = told(&file, day).or_else(|| told(&before, day));
            prop_assert_eq!(told(&known, day), expected, "day {}", day.0);
        }
        let count = known.len();
        let again = apply(&mut known, &file);
        prop_assert!(again.iter().all(|outcome| matches!(outcome, PlanOutcome::Same { .. } | PlanOutcome::Covered)), "{:?}", again);
        prop_assert_eq!(known.len(), count, "the same file twice changes nothing");
    }

    #[test]
    fn stretches_in_force_follow_each_other(file in documents()) {
        let versions: Vec<Validity> = (1..).zip(&file).map(|(no, plan)| validity(no, plan)).collect();
        let stretches = in_force(&versions);
        prop_assert!(stretches.windows(2).all(|pair| pair[0].until.is_some_and(|until| until <= pair[1].from)));
    }
}

#[test]
fn everything_that_ships_survives_the_journey_through_a_file() {
    let file = TariffFile {
        plans: shipped::tariffs(),
        calendar: shipped::holidays(),
        rules: shipped::national_rules(),
        carbon: shipped::carbon_factors(),
        ..TariffFile::empty()
    };
    let text = file.to_text();
    assert_eq!(TariffFile::parse(text.as_bytes()).expect("what we wrote"), file);
    let with_mark = format!("\u{feff}{text}");
    assert_eq!(TariffFile::parse(with_mark.as_bytes()).expect("an editor's mark"), file);
}

#[test]
fn a_file_that_is_none_says_why() {
    let parse = |text: &str| TariffFile::parse(text.as_bytes()).expect_err("no file");
    let with = |rest: &str| format!("{{\"format\":\"{FORMAT}\",{rest}}}");
    assert!(matches!(parse("{"), FileFault::Shape(_)));
    assert!(matches!(parse(&with("\"plan\":[]")), FileFault::Shape(_)), "a field that nobody knows");
    assert_eq!(parse("{\"format\":\"loadline-tariffs/9\"}"), FileFault::Format("loadline-tariffs/9".to_owned()));
    let day = "{\"day\":\"2026-10-01\",\"kind\":\"holiday\",\"name\":\"国庆节\"}";
    assert_eq!(parse(&with(&format!("\"calendar\":[{day},{day}]"))), FileFault::Twice("2026-10-01".to_owned()));
    assert_eq!(parse(&with(&format!("\"calendar\":[{}]", day.replace("国庆节", "\\u0000")))), FileFault::BadText);
    assert!(matches!(parse(&with("\"calendar\":[{\"day\":\"2026-10-01\",\"kind\":\"feast\"}]")), FileFault::Shape(_)));
    assert!(
        matches!(parse(&with("\"carbon\":[{\"year\":2024,\"kg_per_kwh\":0.5,\"source\":\"s\"}]")), FileFault::Shape(_)),
        "no float"
    );
    assert_eq!(TariffFile::parse(&vec![b' '; domain::settlement::tariff_file::MOST_FILE_BYTES + 1]), Err(FileFault::TooLarge));
}

#[test]
fn differences_name_each_field_by_its_path() {
    let (before, mut after) = (plan(0, None, 589_000), plan(0, None, 600_000));
    after.power_factor = true;
    after.name_en = None;
    after.tiers.as_mut().expect("tiers").seasons[0].upto_kwh = vec![300, 600];
    let found: Vec<_> = changes(&before, &after).into_iter().map(|change| (change.path, change.before, change.after)).collect();
    let some = |text: &str| Some(text.to_owned());
    let expected = [
        ("name_en".to_owned(), before.name_en.clone(), None),
        ("power_factor".to_owned(), some("false"), some("true")),
        ("prices.bands.flat".to_owned(), some("0.589000"), some("0.600000")),
        ("tiers.seasons.1.upto_kwh".to_owned(), some("260, 600"), some("300, 600")),
    ];
    let mut found = found;
    found.sort();
    assert_eq!(found, expected);
    assert!(is_sound(&check(&after, &Default::default())));
}
