//! What people send: signing in and out, their own account, people, tenants, tokens, links, the audit.

mod account;
mod alarm_notices;
mod alarm_routes;
mod alarm_rules;
mod alarm_shifts;
mod alarms;
mod audit;
mod calendar;
mod contracts;
mod people;
mod reconcile;
mod sign_in;
mod statements;
mod tariffs;
mod telephone;
mod tenants;
mod tokens;
mod welcome;
mod what_if;
mod writer;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use super::router::page;
use super::state::Shared;
use crate::settlement::contract_file::MOST_FILE_BYTES;

/// Forms at addresses of their own, and those at the address of the page they stand on.
pub fn routes() -> Router<Shared> {
    people().merge(alarm_forms()).merge(settlement())
}

fn people() -> Router<Shared> {
    Router::new()
        .route("/login", get(page).post(sign_in::login))
        .route("/logout", post(sign_in::logout))
        .route("/welcome/{token}", get(page).post(welcome::welcome))
        .route("/account/password", get(page).post(account::password))
        .route("/account/preferences", post(account::preferences))
        .route("/account/logins/end-others", post(account::end_others))
        .route("/account/logins/{id}/end", post(account::end))
        .route("/people", get(page).post(people::add))
        .route("/people/new", get(page))
        .route("/people/{id}", get(page).post(people::change))
        .route("/people/{id}/remove", post(people::remove))
        .route("/people/{id}/link", post(people::link))
        .route("/people/{id}/logins/end", post(people::end_logins))
        .route("/tenants", get(page).post(tenants::add))
        .route("/tenants/regions", post(tenants::assign))
        .route("/tenants/{id}", post(tenants::change))
        .route("/tenants/{id}/remove", post(tenants::remove))
        .route("/tokens", get(page).post(tokens::add))
        .route("/tokens/{id}/revoke", post(tokens::revoke))
        .route("/walls", post(tokens::add_wall))
        .route("/walls/{id}/revoke", post(tokens::revoke_wall))
        .route("/walls/{id}/address", post(tokens::wall_address))
        .route("/audit/verify", post(audit::verify))
        .route("/users/{id}/telephone", post(telephone::show))
}

fn alarm_forms() -> Router<Shared> {
    Router::new()
        .route("/alarms/acts", post(alarms::act_on_many))
        .route("/alarms/{id}/act", post(alarms::act_on_one))
        .route("/alarms/rules", get(page).post(alarm_rules::add))
        .route("/alarms/rules/new", get(page))
        .route("/alarms/rules/check", post(alarm_rules::check))
        .route("/alarms/rules/{id}", get(page).post(alarm_rules::change))
        .route("/alarms/rules/{id}/enable", post(alarm_rules::enable))
        .route("/alarms/rules/{id}/disable", post(alarm_rules::disable))
        .route("/alarms/rules/{id}/remove", post(alarm_rules::remove))
        .route("/alarms/trials", post(alarm_rules::try_rule))
        .route("/alarms/holidays", post(alarm_rules::add_holiday))
        .route("/alarms/holidays/remove", post(alarm_rules::remove_holiday))
        .route("/alarms/notices", get(page))
        .route("/alarms/channels", post(alarm_notices::add_channel))
        .route("/alarms/channels/{id}", post(alarm_notices::change_channel))
        .route("/alarms/channels/{id}/remove", post(alarm_notices::remove_channel))
        .route("/alarms/channels/{id}/test", post(alarm_notices::test_channel))
        .route("/alarms/routes", post(alarm_routes::add_route))
        .route("/alarms/routes/{id}", post(alarm_routes::change_route))
        .route("/alarms/routes/{id}/remove", post(alarm_routes::remove_route))
        .route("/alarms/messages/{id}/again", post(alarm_notices::send_again))
        .route("/alarms/desks", post(alarm_shifts::add_desk))
        .route("/alarms/desks/{id}", post(alarm_shifts::change_desk))
        .route("/alarms/desks/{id}/remove", post(alarm_shifts::remove_desk))
        .route("/alarms/shifts", get(page).post(alarm_shifts::add_shifts))
        .route("/alarms/shifts/{id}", post(alarm_shifts::change_shift))
        .route("/alarms/shifts/{id}/remove", post(alarm_shifts::remove_shift))
        .route("/alarms/handover", get(page).post(alarm_shifts::hand_over))
        .route("/alarms/handover/{id}/sign", post(alarm_shifts::sign))
}

fn settlement() -> Router<Shared> {
    Router::new()
        .route("/settlement/contracts", get(page).post(contracts::add))
        .route("/settlement/contracts/new", get(page))
        .route("/settlement/contracts/import", get(page).post(contracts::import).layer(DefaultBodyLimit::max(MOST_FILE_BYTES)))
        .route("/settlement/contracts/assign", post(contracts::assign))
        .route("/settlement/contracts/{id}", get(page).post(contracts::change))
        .route("/settlement/contracts/{id}/terms", post(contracts::terms))
        .route("/settlement/contracts/{id}/exchange", post(contracts::exchange))
        .route("/settlement/contracts/{id}/close", post(contracts::close))
        .route("/settlement/contracts/{id}/remove", post(contracts::remove))
        .route("/settlement/supply-meters", post(contracts::supply))
        .route("/settlement/runs", post(statements::run))
        .route("/settlement/runs/{id}/cancel", post(statements::cancel))
        .route("/settlement/statements/acts", post(statements::act_on_many))
        .route("/settlement/statements/{id}/check", post(statements::check))
        .route("/settlement/statements/{id}/reopen", post(statements::reopen))
        .route("/settlement/statements/{id}/freeze", post(statements::freeze))
        .route("/settlement/statements/{id}/void", post(statements::void))
        .route("/settlement/statements/{id}/reconcile", get(page).post(reconcile::reconcile))
        .route("/settlement/what-if", get(page).post(what_if::ask))
        .route("/settlement/tariffs", get(page).post(tariffs::add))
        .route("/settlement/tariffs/new", get(page))
        .route("/settlement/tariffs/import", get(page).post(tariffs::import))
        .route("/settlement/tariffs/check", post(tariffs::check))
        .route("/settlement/tariffs/{code}", get(page).post(tariffs::change))
        .route("/settlement/tariffs/{code}/withdraw", post(tariffs::withdraw))
        .route("/settlement/tariffs/{code}/remove", post(tariffs::remove))
        .route("/settlement/calendar", get(page).post(calendar::put))
        .route("/settlement/calendar/remove", post(calendar::remove))
        .route("/settlement/triggers", post(calendar::decide))
        .route("/settlement/carbon", post(calendar::carbon))
}
