//! Forms of tariffs: making, changing, checking before saving, withdrawing, removing, taking in a file.

use app::context::encode;
use app::pages::settlement::tariffs::import::{FILE_FIELD, IMPORT_FORM};
use app::pages::settlement::tariffs::{ACTION_FORM, TARIFF_FORM, fields};
use app::submitted::{Problem, Submitted};
use app::text::settlement::tariffs::TariffProblem;
use axum::extract::Path;
use axum::response::Response;
use domain::settlement::TariffPlan;
use domain::settlement::check::is_code;
use domain::settlement::tariff_file::TariffFile;
use warehouse::access::{AccessError, Author, Granter};
use warehouse::settlement::tariffs::{self, ImportError, Keeper, TariffError};

use super::calendar;
use super::writer::{Trouble, Writer};

const TARIFFS: &str = "/settlement/tariffs";
const NEW: &str = "/settlement/tariffs/new";
const IMPORT: &str = "/settlement/tariffs/import";

/// Who changes tariffs and what they refer to.
pub(super) struct Own {
    author: Author,
    granter: Granter,
}

impl Own {
    pub(super) fn of(writer: &Writer) -> Self {
        Self { author: writer.author(), granter: writer.granter() }
    }

    pub(super) fn keeper(&self) -> Keeper<'_> {
        Keeper { author: &self.author, granter: &self.granter }
    }
}

impl From<TariffProblem> for Trouble {
    fn from(problem: TariffProblem) -> Self {
        Self::Problem(Problem::Tariff(problem))
    }
}

impl From<TariffError> for Trouble {
    fn from(error: TariffError) -> Self {
        let problem = match error {
            TariffError::Access(AccessError::BeyondOwnRights) => TariffProblem::NotOwn,
            TariffError::Access(AccessError::NameTaken) => TariffProblem::CodeTaken,
            TariffError::Access(error) => return error.into(),
            TariffError::Changed { .. } => return Self::Problem(Problem::Conflict),
            TariffError::Faults(_) | TariffError::OtherCode(_) => TariffProblem::Faults,
            TariffError::Overlaps(_) => TariffProblem::Overlap,
            TariffError::NothingToReplace(_) => TariffProblem::UnknownVersion,
            TariffError::Withdrawn => TariffProblem::AlreadyWithdrawn,
            TariffError::InUse { .. } => TariffProblem::InUse,
            TariffError::TooMany => TariffProblem::TooMany,
        };
        problem.into()
    }
}

impl From<ImportError> for Trouble {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Tariff(error) => error.into(),
            ImportError::Calendar(error) => error.into(),
            ImportError::Rules(error) => calendar::of_rules(error),
            ImportError::Unsound(_) => TariffProblem::FileFaults.into(),
        }
    }
}

/// The tariff that was entered; a field that cannot be read is a fault as any other.
fn entered(writer: &Writer) -> Result<TariffPlan, Trouble> {
    let entered = fields::read(&writer.values());
    if entered.misread.is_empty() { Ok(entered.plan) } else { Err(TariffProblem::Faults.into()) }
}

/// Shows the form as it was entered, without a word about faults unless they were asked for.
async fn as_entered(writer: &Writer, page: &str) -> Response {
    writer.page(page, Submitted { form: TARIFF_FORM, values: writer.values(), ..Submitted::default() }).await
}

fn page_of(code: &str) -> String {
    format!("{TARIFFS}/{}", encode(code))
}

/// Where the form of a new version stands.
fn edit_of(writer: &Writer, code: &str) -> String {
    format!("{}?edit={}", page_of(code), writer.number::<i32>("version").unwrap_or(1))
}

pub async fn add(writer: Writer) -> Response {
    if !writer.field("more").is_empty() {
        return as_entered(&writer, NEW).await;
    }
    let added = async {
        let plan = entered(&writer)?;
        tariffs::add(writer.access()?, Own::of(&writer).keeper(), &plan).await?;
        Ok(plan.code)
    };
    match added.await {
        Ok(code) => writer.done(&page_of(&code), "tariff-added"),
        Err(trouble) => writer.again(NEW, TARIFF_FORM, trouble).await,
    }
}

/// A new version.
pub async fn change(Path(code): Path<String>, writer: Writer) -> Response {
    let page = edit_of(&writer, &code);
    if !writer.field("more").is_empty() {
        return as_entered(&writer, &page).await;
    }
    let changed = async {
        let mut plan = entered(&writer)?;
        plan.code.clone_from(&code);
        let replaces: Result<Vec<i32>, _> = writer.all("replaces").map(str::parse).collect();
        let replaces = replaces.map_err(|_| Trouble::Problem(Problem::BadField))?;
        let seen = writer.number("version")?;
        Ok(tariffs::add_version(writer.access()?, Own::of(&writer).keeper(), &code, seen, &plan, &replaces).await?)
    };
    match changed.await {
        Ok(version) => writer.done(&format!("{}?version={version}", page_of(&code)), "tariff-saved"),
        Err(trouble) => writer.again(&page, TARIFF_FORM, trouble).await,
    }
}

/// Bands and faults of what stands in the form; nothing is kept.
pub async fn check(writer: Writer) -> Response {
    let code = writer.field("of").to_owned();
    let page = if is_code(&code) { edit_of(&writer, &code) } else { NEW.to_owned() };
    as_entered(&writer, &page).await
}

pub async fn withdraw(Path(code): Path<String>, writer: Writer) -> Response {
    let withdrawn = async {
        let (seen, version) = (writer.number("version")?, writer.number("row")?);
        Ok(tariffs::withdraw(writer.access()?, Own::of(&writer).keeper(), &code, seen, version).await?)
    };
    match withdrawn.await {
        Ok(()) => writer.done(&page_of(&code), "tariff-withdrawn"),
        Err(trouble) => writer.again(&page_of(&code), ACTION_FORM, trouble).await,
    }
}

pub async fn remove(Path(code): Path<String>, writer: Writer) -> Response {
    let removed = async {
        let seen = writer.number("version")?;
        Ok(tariffs::remove(writer.access()?, Own::of(&writer).keeper(), &code, seen).await?)
    };
    match removed.await {
        Ok(()) => writer.done(TARIFFS, "tariff-removed"),
        Err(trouble) => writer.again(&page_of(&code), ACTION_FORM, trouble).await,
    }
}

/// Tried, the page says what would change; applied, it is changed in one transaction.
pub async fn import(writer: Writer) -> Response {
    if writer.field("apply").is_empty() {
        let is_file = TariffFile::parse(writer.field(FILE_FIELD).as_bytes()).is_ok();
        let problem = (!is_file).then_some(Problem::Tariff(TariffProblem::NoFile));
        return writer
            .page(IMPORT, Submitted { form: IMPORT_FORM, values: writer.values(), problem, ..Submitted::default() })
            .await;
    }
    let imported = async {
        let file = TariffFile::parse(writer.field(FILE_FIELD).as_bytes()).map_err(|_| Trouble::from(TariffProblem::NoFile))?;
        Ok(tariffs::import(writer.access()?, Own::of(&writer).keeper(), &file, false).await?)
    };
    match imported.await {
        Ok(_) => writer.done(TARIFFS, "tariffs-imported"),
        Err(trouble) => writer.again(IMPORT, IMPORT_FORM, trouble).await,
    }
}
