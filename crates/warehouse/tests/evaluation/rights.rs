//! Pages see alarms and their history of the viewer's regions alone.

use domain::access::Scope;
use domain::alarms::{Point, PointKey, Subject};
use sqlx::Row;
use warehouse::alarms::evaluation::save;

use crate::build::{raised, region_point, rule, store};

#[tokio::test]
async fn the_pages_role_sees_its_regions_and_the_whole_only_when_it_may() {
    let store = store().await;
    let rule = rule(&store).await;
    let installation = Point { key: PointKey { rule_id: rule, subject: Subject::Pipeline }, ..region_point(rule, 1) };
    let user =
        Point { key: PointKey { rule_id: rule, subject: Subject::User { user_id: 1, region_id: 2 } }, ..region_point(rule, 1) };
    let points = [region_point(rule, 1), region_point(rule, 2), user, installation];
    let transitions = points.each_ref().map(raised);
    let mut conn = store.pool().acquire().await.unwrap();
    save(&mut conn, &points, &transitions, 1).await.unwrap();
    let cases = [(Scope::Whole, 4, 4), (Scope::of([2]), 2, 2), (Scope::of([1]), 1, 1), (Scope::of([]), 0, 0)];
    for (scope, alarms, entries) in cases {
        let mut tx = store.pool().begin().await.unwrap();
        let asked = "select set_config('role', 'loadline_pages', true), set_config('loadline.regions', $1, true)";
        sqlx::query(asked).bind(scope.to_string()).execute(&mut *tx).await.unwrap();
        let row = sqlx::query("select (select count(*) from alarms), (select count(*) from alarm_transitions)")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
        assert_eq!((row.get::<i64, _>(0), row.get::<i64, _>(1)), (alarms, entries), "{scope}");
        let refused = sqlx::query("update alarms set state = 'NORM'").execute(&mut *tx).await;
        assert!(refused.is_err(), "pages change nothing");
    }
}
