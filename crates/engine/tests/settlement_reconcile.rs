//! The grid company's bill beside ours: what is read, what differs, and why.
#![expect(clippy::unwrap_used, reason = "what a test builds is there")]

use domain::settlement::reconcile::{Cause, GridLine, Item, Subject, Tolerance};
use domain::settlement::{Band, BandMap, Bill, Line, LineKind, Month, Period, Price6, Quantity};
use domain::{Day, Fixed2};
use engine::settlement::reconcile::{LineFault, compare, item_of, parse};
use proptest::prelude::*;

const EXACT: Tolerance = Tolerance { kwh: Fixed2(0), yuan: Fixed2(0) };

fn line(kind: LineKind, band: Option<Band>, quantity: Quantity, price: Price6, amount: Fixed2) -> Line {
    Line {
        line_no: 1,
        kind,
        from: Day(20_454),
        to: Day(20_485),
        band,
        tier: None,
        component: None,
        name: None,
        quantity,
        price: Some(price),
        day_share: None,
        percent: None,
        amount,
        estimated_kwh: Fixed2(0),
        shaped_kwh: Fixed2(0),
        parts: Vec::new(),
        tariff: None,
        clause: None,
        notice: None,
        reason: None,
    }
}

/// Energy of bands, a basic charge and what power factor makes of it.
fn bill(energy: BandMap<Fixed2>, prices: [i64; 5], basic: i64, factor: i64) -> Bill {
    let mut lines = Vec::new();
    for ((band, kwh), price) in energy.iter().zip(prices).filter(|((_, kwh), _)| kwh.0 != 0) {
        lines.push(line(LineKind::Energy, Some(band), Quantity::Kwh(kwh), Price6(price), Price6(price).amount(kwh)));
    }
    lines.push(line(LineKind::CapacityCharge, None, Quantity::Kva(Fixed2(100)), Price6(0), Fixed2(basic)));
    lines.push(line(LineKind::PowerFactor, None, Quantity::Yuan(Fixed2(0)), Price6(0), Fixed2(factor)));
    let month = Month::parse("2026-01").unwrap();
    Bill {
        period: Period::of_month(month, 1),
        total: lines.iter().map(|line| line.amount).sum(),
        lines,
        energy,
        estimated: BandMap::default(),
        demand: None,
        kvarh: Fixed2(0),
        power_factor: None,
        tier_year_before_kwh: Fixed2(0),
        carried: BandMap::default(),
        report_shift_kwh: Fixed2(0),
        faults: Vec::new(),
    }
}

fn of(band: Band) -> &'static str {
    match band {
        Band::Sharp => "尖",
        Band::Peak => "峰",
        Band::Flat => "平",
        Band::Valley => "谷",
        Band::DeepValley => "深谷",
    }
}

/// Our own bill as somebody would paste it.
fn pasted(bill: &Bill) -> String {
    let mut text = "项目\t电量\t单价\t金额\n".to_owned();
    for line in &bill.lines {
        match (line.kind, line.band) {
            (LineKind::Energy, Some(band)) => {
                let price = line.price.unwrap();
                text.push_str(&format!("{}段电量电费\t{}\t{price}\t{}\n", of(band), line.quantity.value(), line.amount));
            }
            (LineKind::CapacityCharge, _) => text.push_str(&format!("输配容(需)量电费\t{}\n", line.amount)),
            _ => text.push_str(&format!("功率因数调整电费\t{}\n", line.amount)),
        }
    }
    format!("{text}合计\t{}\n", bill.total)
}

fn usual() -> Bill {
    let energy = BandMap {
        peak: Fixed2(100_000),
        flat: Fixed2(250_050),
        valley: Fixed2(80_000),
        sharp: Fixed2(0),
        deep_valley: Fixed2(1_234),
    };
    bill(energy, [1_200_000, 1_000_000, 600_000, 300_000, 200_000], 500_000, -1_250)
}

fn replaced(lines: &mut [GridLine], band: Band, change: impl Fn(&mut GridLine)) {
    lines.iter_mut().filter(|line| line.band == Some(band)).for_each(change);
}

proptest! {
    #[test]
    fn a_bill_compared_with_itself_has_no_difference(
        kwh in proptest::array::uniform5(0i64..1_000_000_000),
        prices in proptest::array::uniform5(1i64..3_000_000),
        basic in 0i64..10_000_000,
        factor in -100_000i64..100_000,
    ) {
        let energy = BandMap {
            sharp: Fixed2(kwh[0]), peak: Fixed2(kwh[1]), flat: Fixed2(kwh[2]), valley: Fixed2(kwh[3]), deep_valley: Fixed2(kwh[4]),
        };
        let bill = bill(energy, prices, basic, factor);
        let lines = parse(&pasted(&bill)).unwrap();
        let result = compare(&bill, &lines, EXACT);
        prop_assert_eq!(result.cause, Cause::None);
        prop_assert!(result.rows.iter().all(|row| !row.differs), "{:?}", result.rows);
        prop_assert_eq!(result.their_sum_error, None);
        // what was read adds up to what was pasted
        let sum: Fixed2 = lines.iter().filter(|line| line.item != Item::Total).map(|line| line.amount).sum();
        prop_assert_eq!(sum, bill.total);
    }

    #[test]
    fn anything_pasted_is_read_or_refused(text in "\\PC{0,400}", lines in proptest::collection::vec("[峰谷平,0-9. \t\"()-]{0,30}", 0..20)) {
        for text in [text, lines.join("\n")] {
            if let Ok(lines) = parse(&text) {
                let _ = compare(&usual(), &lines, EXACT);
            }
        }
    }
}

#[test]
fn the_cause_follows_from_what_differs() {
    let bill = usual();
    let lines = parse(&pasted(&bill)).unwrap();
    let cause = |lines: &[GridLine]| compare(&bill, lines, Tolerance { kwh: Fixed2(100), yuan: Fixed2(10) }).cause;
    assert_eq!(cause(&lines), Cause::None);

    let mut readings = lines.clone();
    replaced(&mut readings, Band::Flat, |line| (line.kwh, line.amount) = (Some(Fixed2(260_050)), Fixed2(156_030)));
    assert_eq!(cause(&readings), Cause::Readings);

    let mut bands = lines.clone();
    replaced(&mut bands, Band::Peak, |line| (line.kwh, line.amount) = (Some(Fixed2(90_000)), Fixed2(90_000)));
    replaced(&mut bands, Band::Flat, |line| (line.kwh, line.amount) = (Some(Fixed2(260_050)), Fixed2(156_030)));
    assert_eq!(cause(&bands), Cause::Bands);

    let mut tariff = lines.clone();
    replaced(&mut tariff, Band::Valley, |line| line.amount = Fixed2(28_000));
    assert_eq!(cause(&tariff), Cause::Tariff);

    let mut both = readings;
    replaced(&mut both, Band::Valley, |line| line.amount = Fixed2(28_000));
    assert_eq!(cause(&both), Cause::Both);
}

#[test]
fn a_charge_that_one_side_does_not_know_differs() {
    let bill = usual();
    let text = pasted(&bill).replace("合计", "农网维护\t12.00\n合计");
    let result = compare(&bill, &parse(&text).unwrap(), EXACT);
    let other = result.rows.iter().find(|row| matches!(&row.subject, Subject::Other { name } if name == "农网维护")).unwrap();
    assert_eq!((other.amount_difference, other.differs), (Some(Fixed2(1_200)), true));
    assert_eq!(result.their_sum_error, Some(Fixed2(-1_200)), "their lines are 12 more than their total");
    let without = pasted(&bill).lines().filter(|line| !line.contains("输配容")).collect::<Vec<_>>().join("\n");
    let result = compare(&bill, &parse(&without).unwrap(), EXACT);
    let basic = result.rows.iter().find(|row| row.subject == Subject::Item { item: Item::Basic }).unwrap();
    assert_eq!(basic.amount_difference, Some(Fixed2(-500_000)));
}

#[test]
fn tolerances_are_kept_to_the_hundredth() {
    let bill = usual();
    let mut lines = parse(&pasted(&bill)).unwrap();
    replaced(&mut lines, Band::Peak, |line| line.kwh = Some(Fixed2(100_050)));
    let differs = |kwh: i64| {
        let result = compare(&bill, &lines, Tolerance { kwh: Fixed2(kwh), yuan: Fixed2(1_000) });
        result.rows.iter().any(|row| row.differs)
    };
    assert!(differs(49) && !differs(50));
}

#[test]
fn usual_names_and_ways_to_divide_are_read() {
    let names = [
        ("市场化购电电费", Item::Purchase),
        ("代理购电费用", Item::Purchase),
        ("上网环节线损费用", Item::LineLoss),
        ("输配电量电费", Item::Transmission),
        ("输配容（需）量电费", Item::Basic),
        ("系统运行费用", Item::SystemOperation),
        ("政府性基金及附加", Item::Fund),
        ("功率因数调整电费", Item::PowerFactor),
        ("退补电费", Item::Adjustment),
        ("合计", Item::Total),
        ("深谷", Item::Energy),
        ("什么", Item::Unknown),
    ];
    for (name, item) in names {
        assert_eq!(item_of(name), item, "{name}");
    }
    let expected = |line: &GridLine| {
        assert_eq!(line.band, Some(Band::Peak));
        assert_eq!((line.kwh, line.price, line.amount), (Some(Fixed2(123_450)), Price6::parse("0.8"), Fixed2(98_760)));
    };
    for text in [
        "峰\t1,234.50\t0.8\t987.60",
        "峰 1,234.50 0.8 987.60",
        "峰,1234.50,0.8,987.60",
        "电量电费,峰,\"1,234.50\",0.8,¥987.60",
        "电量电费，峰，1234.5kWh，0.8，987.60元",
    ] {
        let lines = parse(text).unwrap();
        expected(&lines[0]);
        assert_eq!(lines.len(), 1, "{text}");
    }
    assert_eq!(parse("退补电费 (12.30)").unwrap()[0].amount, Fixed2(-1_230));
    assert_eq!(parse("功率因数调整电费 -0.75% −120.00").unwrap()[0].amount, Fixed2(-12_000));
    assert_eq!(parse(" \n"), Err(LineFault::Nothing));
    assert_eq!(parse("项目\n峰 x"), Err(LineFault::NoAmount { line: 2 }));
    assert_eq!(parse("峰 1 2 3 4"), Err(LineFault::TooManyNumbers { line: 1 }));
    assert_eq!(parse(&"峰 1\n".repeat(201)), Err(LineFault::TooLong));
}
