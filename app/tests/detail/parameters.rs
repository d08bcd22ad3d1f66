//! Wrong addresses.

use app::{AppError, Lang};
use axum::http::StatusCode;

use super::Site;

#[tokio::test]
async fn a_wrong_parameter_is_named_with_its_value_and_what_was_expected() {
    let site = Site::two_days().await;
    let cases = [
        ("/regions/east", "region_id", "east"),
        ("/regions/1?day=2016-13-01", "day", "2016-13-01"),
        ("/regions/1?grain=week", "grain", "week"),
        ("/regions/1?compare=2016-01-10,2016-01-09,2016-01-08", "compare", "2016-01-10,2016-01-09,2016-01-08"),
        ("/users/x", "user_id", "x"),
        ("/users/101?page=0", "page", "0"),
        ("/rankings?grain=year", "grain", "year"),
        ("/rankings?at=noon", "at", "noon"),
        ("/rankings?region=all", "region", "all"),
        ("/peaks?scale=log", "scale", "log"),
        ("/peaks?days=8", "days", "8"),
        ("/pipeline?reason=<b>", "reason", "<b>"),
    ];
    for (address, name, value) in cases {
        let error = site.page(address, Lang::En).await.expect_err(address);
        let AppError::BadParameter { name: named, value: shown, expected } = &error else { panic!("{address}: {error:?}") };
        assert_eq!((named.as_str(), shown.as_str()), (name, value), "{address}");
        assert!(!expected.is_empty(), "{address}");
        assert_eq!(error.status(), StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let site = Site::two_days().await;
    for address in ["/regions/77", "/users/123456", "/rankings?region=77", "/regions/1/more", "/nothing"] {
        let error = site.page(address, Lang::Zh).await.expect_err(address);
        assert_eq!(error.status(), StatusCode::NOT_FOUND, "{address}");
    }
}
