//! Acts on alarms: on those that were marked in a list, and on the one of a page.

use app::submitted::{Acted, Problem, Submitted};
use axum::extract::Path;
use axum::response::Response;
use domain::alarms::Act;
use url::form_urlencoded;

use super::writer::{Trouble, Writer, redirect};
use crate::alarms::acts::{self, ActError, Chosen, Outcome, Wish, shelf_end};
use crate::web::error::Refusal;
use crate::web::preferences::local_path;

const DESK: &str = "/alarms";
/// Name of the desk's form, for the page that is shown again.
const SELECTION: &str = "selection";

/// `alarm=ID:VERSION` for each that was marked.
pub async fn act_on_many(writer: Writer) -> Response {
    let page = back(writer.field("back"), DESK);
    let done = async {
        let chosen = writer.all("alarm").map(chosen).collect::<Result<Vec<_>, _>>()?;
        act(&writer, &chosen).await
    };
    answer(&writer, &page, SELECTION, done.await).await
}

pub async fn act_on_one(Path(id): Path<i64>, writer: Writer) -> Response {
    let page = back(writer.field("back"), &format!("{DESK}/{id}"));
    let done = async {
        let version = Some(writer.number("version")?);
        act(&writer, &[Chosen { alarm_id: id, version }]).await
    };
    answer(&writer, &page, single(writer.field("act")), done.await).await
}

/// The form on the page of an alarm that an act stands on.
fn single(act: &str) -> &'static str {
    match act {
        "shelve" => "shelve",
        "out_of_service" => "out",
        "assign" => "assign",
        _ => "act",
    }
}

fn chosen(field: &str) -> Result<Chosen, Trouble> {
    let parsed = field.split_once(':').and_then(|(id, version)| Some((id.parse().ok()?, version.parse().ok()?)));
    let (alarm_id, version) = parsed.ok_or(Problem::BadField)?;
    Ok(Chosen { alarm_id, version: Some(version) })
}

async fn act(writer: &Writer, chosen: &[Chosen]) -> Result<(&'static str, Outcome), Trouble> {
    let wish = wish(writer)?;
    let code = match &wish {
        Wish::Do(act) => act.code(),
        Wish::AssignTo(_) => "assign",
    };
    let ctx = writer.shared.context.for_viewer(writer.viewer.clone());
    let outcome = acts::act(&ctx, writer.access()?, &writer.author(), chosen, wish).await?;
    Ok((code, outcome))
}

fn wish(writer: &Writer) -> Result<Wish, Trouble> {
    let text = |name: &str| writer.field(name).replace('\0', "");
    let comment = || Some(text("comment")).filter(|comment| !comment.is_empty());
    let act = match writer.field("act") {
        "ack" => Act::Acknowledge { comment: comment() },
        "reset" => Act::Reset,
        "shelve" => {
            let minutes = match writer.field("minutes") {
                "" => None,
                _ => Some(writer.number("minutes")?),
            };
            Act::Shelve { until_ms: shelf_end(writer.now().timestamp_millis(), minutes), reason: text("reason") }
        }
        "unshelve" => Act::Unshelve,
        "out_of_service" => Act::TakeOutOfService { reason: text("reason"), review_on: writer.day("review_on")? },
        "in_service" => Act::ReturnToService,
        "assign" if writer.field("assignee").is_empty() => Act::Assign { to: None },
        "assign" => return Ok(Wish::AssignTo(text("assignee"))),
        "comment" => Act::Comment { text: text("comment") },
        _ => return Err(Problem::BadField.into()),
    };
    Ok(Wish::Do(act))
}

/// Leaves the form when all of it was done; otherwise the page says what was not, and why.
async fn answer(writer: &Writer, page: &str, form: &'static str, done: Result<(&'static str, Outcome), Trouble>) -> Response {
    let (code, outcome) = match done {
        Ok(done) => done,
        Err(trouble) => return writer.again(page, form, trouble).await,
    };
    if outcome.refused.is_empty() && outcome.missing.is_empty() {
        let joint = if page.contains('?') { '&' } else { '?' };
        return redirect(&format!("{page}{joint}done=alarm-{code}"));
    }
    if outcome.refused.is_empty() && outcome.done.is_empty() {
        return Refusal::NotFound.answer(&writer.asker);
    }
    let problem = if outcome.refused.is_empty() { Problem::NotFound } else { Problem::NotAllDone };
    let acted = Acted { done: outcome.done.len(), refused: outcome.refused };
    let submitted = Submitted { form, values: writer.values(), problem: Some(problem), acted: Some(acted), secret: None };
    writer.page(page, submitted).await
}

/// Where the form stood, if that is a page about alarms; what an earlier act said there is not said again.
fn back(field: &str, usual: &str) -> String {
    let (path, query) = field.split_once('?').unwrap_or((field, ""));
    let is_ours = local_path(field).is_some() && (path == DESK || path.starts_with("/alarms/"));
    if !is_ours {
        return usual.to_owned();
    }
    let kept = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "done");
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

impl From<ActError> for Trouble {
    fn from(error: ActError) -> Self {
        let problem = match error {
            ActError::NothingChosen => Problem::NothingChosen,
            ActError::TextTooLong => Problem::TextTooLong,
            ActError::UnknownAssignee => Problem::UnknownAssignee,
            other => return Self::Refusal(other.into()),
        };
        Self::Problem(problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_comes_back_to_pages_about_alarms_alone() {
        assert_eq!(back("/alarms?severity=high&done=alarm-ack", DESK), "/alarms?severity=high");
        assert_eq!(back("/alarms/set-aside", DESK), "/alarms/set-aside");
        for odd in
            ["", "/people", "//evil.example/alarms", "https://evil.example/alarms", "/alarmsx", "/alarms/\r\nx: y", "alarms"]
        {
            assert_eq!(back(odd, "/alarms/7"), "/alarms/7", "{odd}");
        }
    }

    #[test]
    fn a_marked_alarm_names_the_version_that_was_seen() {
        assert_eq!(chosen("12:3").expect("readable"), Chosen { alarm_id: 12, version: Some(3) });
        for odd in ["", "12", "12:", ":3", "12:3:4", "x:1", "12:99999999999"] {
            assert!(chosen(odd).is_err(), "{odd}");
        }
    }
}
