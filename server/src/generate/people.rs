//! The users of the invented city: names, addresses and telephone numbers that belong to nobody.

use domain::{LocalMs, UserId, UserRow};

use super::noise::{Noise, Salt};
use super::places::{Place, place_of, usage_in};
use super::shapes::Usage;

const SURNAMES: [&str; 24] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何", "林", "高", "罗", "郑",
    "梁", "谢", "宋",
];
const GIVEN: [&str; 24] = [
    "伟", "芳", "敏", "静", "磊", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "霞", "平", "刚", "桂英", "建国", "志强",
    "秀兰", "晓东", "雨桐", "子涵", "文博",
];
const SHOPS: [&str; 10] = ["便利店", "餐饮店", "百货商场", "酒店", "药房", "书店", "写字楼", "健身中心", "超市", "茶馆"];
const FACTORIES: [&str; 8] = ["机械厂", "纺织厂", "食品厂", "电子厂", "建材厂", "水泥厂", "汽配厂", "制药厂"];
const FARMS: [&str; 5] = ["灌溉站", "养殖场", "温室大棚", "粮食加工点", "农业合作社"];
const BRANDS: [&str; 16] = [
    "华联", "新兴", "永安", "金桥", "东升", "瑞丰", "恒达", "顺和", "天成", "宏远", "佳美", "广源", "万隆", "长青", "星海",
    "同德",
];
const STREETS: [&str; 12] =
    ["人民路", "解放路", "中山路", "建设路", "和平路", "文化路", "滨河路", "新华街", "花园路", "学府路", "迎宾大道", "青年路"];

/// The user with this number. The same number and seed give the same person for ever.
pub fn user(noise: Noise, user_id: UserId, created: LocalMs) -> UserRow {
    let place = place_of(noise.below(1000, Salt::Phase, user_id, 0));
    let usage = usage_in(place, noise.below(1000, Salt::Usage, user_id, 0));
    let street = pick(&STREETS, noise.bits(Salt::Street, user_id, 0));
    let house = 1 + noise.below(300, Salt::Street, user_id, 1);
    let phone = 13_000_000_000 + noise.below(1_000_000_000, Salt::Street, user_id, 2);
    UserRow {
        user_id: Some(user_id),
        user_name: Some(name(noise, user_id, usage, place).into()),
        usage_type: Some(usage.name().into()),
        region_id: Some(place.region_id),
        region_name: Some(place.name.into()),
        address: Some(format!("{}{street}{house}号", place.name).into()),
        phone: Some(phone.to_string().into()),
        create_time: Some(created),
        update_time: Some(created),
    }
}

fn name(noise: Noise, user_id: UserId, usage: Usage, place: &Place) -> String {
    let (first, second) = (noise.bits(Salt::Name, user_id, 0), noise.bits(Salt::Name, user_id, 1));
    let business = match usage {
        Usage::Residential => return format!("{}{}", pick(&SURNAMES, first), pick(&GIVEN, second)),
        Usage::Commercial => pick(&SHOPS, second),
        Usage::Industrial => pick(&FACTORIES, second),
        Usage::Agricultural => pick(&FARMS, second),
    };
    let district = place.name.trim_end_matches(['区', '县']);
    format!("{district}{}{business}", pick(&BRANDS, first))
}

fn pick<'a>(list: &[&'a str], bits: u64) -> &'a str {
    let index = usize::try_from(bits % list.len().max(1) as u64).unwrap_or(0);
    list.get(index).copied().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn people_are_the_same_each_time_and_live_in_all_regions() {
        let noise = Noise { seed: 1 };
        let city: Vec<UserRow> = (1..=450).map(|id| user(noise, id, LocalMs(0))).collect();
        assert_eq!(city, (1..=450).map(|id| user(noise, id, LocalMs(0))).collect::<Vec<_>>());
        let mut regions: BTreeMap<_, u32> = BTreeMap::new();
        let mut usages: BTreeMap<_, u32> = BTreeMap::new();
        for person in &city {
            *regions.entry(person.region_id).or_default() += 1;
            *usages.entry(person.usage_type.clone()).or_default() += 1;
        }
        assert_eq!(regions.len(), 10);
        assert!(regions.values().all(|count| *count >= 10), "{regions:?}");
        assert_eq!(usages.len(), 4, "{usages:?}");
    }
}
