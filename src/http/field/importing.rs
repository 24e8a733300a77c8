//! Importing places from files, each line by itself.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::national::all_places;
use crate::actions::field::importing as actions;
use crate::domain::field::national::Column;
use crate::domain::field::national::file::{self, FileFault, FileForm, LINES_MAX, Record, Sheet};
use crate::domain::field::national::plan::{Candidate, Doubt, Verdict};
use crate::domain::field::national::reading::Fault;
use crate::domain::field::thing::PutRefusal;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::language::Language;
use crate::http::answer::envelope::language_of;
use crate::http::answer::fault_texts::fault_text;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::file_body::FileBody;
use crate::http::request::query::{QueryParameters, QueryReader};
use crate::http::request::rights::FieldWriter;
use crate::http::wire;
use crate::http::wire::code_schema::Code;

/// The largest file, in bytes: 5 MiB.
const FILE_MAX: usize = 5 << 20;

/// Whether to write.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportParameters {
    /// Only tell what would become of each line.
    #[param(value_type = Option<bool>, nullable = false, default = false, example = true)]
    dry_run: bool,
}

impl QueryParameters for ImportParameters {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        let dry_run = reader.optional("dry_run", |text| text.parse().map_err(|_| FieldCode::InvalidValue));
        Some(Self {
            dry_run: dry_run.unwrap_or(false),
        })
    }
}

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportResult)]
enum ResultView {
    /// A place that was not known.
    Created,
    /// A known place gains what the file says.
    Changed,
    /// A known place has all of it already.
    Same,
    /// Left to a coordinator.
    Proposed,
    /// It has faults.
    Refused,
}

/// A code of [`Doubt`].
pub type DoubtCode = Code<Doubt>;

/// A place that a line may be about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportCandidate)]
pub struct CandidateView {
    /// The place; `null`: the same file brings it.
    #[schema(required = true)]
    place_id: Option<wire::Identifier>,
    /// The line of the same file that brings it; `null`: it is known.
    #[schema(required = true, example = 12)]
    line: Option<usize>,
    /// Its name.
    #[schema(example = "Médiathèque Louis-Aragon")]
    name: String,
    /// How alike they are, in points of a hundred; 100 when the line names it.
    #[schema(minimum = 0, maximum = 100, example = 87)]
    score: u8,
}

/// What is wrong with a line.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportFault)]
pub struct FaultView {
    /// The column of the national schema; `null`: the whole line.
    #[schema(required = true, example = "telephone")]
    column: Option<&'static str>,
    /// The stable code.
    #[schema(example = "invalid_phone")]
    code: &'static str,
    /// What to do.
    #[schema(example = "Donnez un numéro de téléphone.")]
    detail: String,
}

/// What becomes of a line of the file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportedLine)]
pub struct LineView {
    /// The line of the file, or the place in the list, from 1.
    #[schema(minimum = 1, example = 2)]
    line: usize,
    /// The name that it gives; `null`: none.
    #[schema(required = true, example = "Médiathèque Louis-Aragon")]
    name: Option<String>,
    /// What becomes of it.
    result: ResultView,
    /// The place that was made, changed or is as the file says; `null`: none, or a dry run would make it.
    #[schema(required = true)]
    place_id: Option<wire::Identifier>,
    /// The columns of the national schema that change, or that differ.
    #[schema(example = json!(["telephone"]))]
    columns: Vec<&'static str>,
    /// Why it is left to a coordinator; `null`: it is not.
    #[schema(required = true)]
    why: Option<DoubtCode>,
    /// The places that it may be about, those most alike first.
    candidates: Vec<CandidateView>,
    /// What is wrong with it.
    faults: Vec<FaultView>,
}

/// What becomes of a file: its lines are those that were created, changed, same, proposed, refused or empty.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlacesImport)]
pub struct ImportView {
    /// Whether nothing was written.
    dry_run: bool,
    /// Whether the file was no UTF-8, and was read as Windows-1252.
    is_windows_1252: bool,
    /// The columns that the national schema does not have, which were not read.
    unread_columns: Vec<String>,
    /// How many lines created a place.
    #[schema(minimum = 0, example = 12)]
    created: usize,
    /// How many lines changed a place.
    #[schema(minimum = 0, example = 3)]
    changed: usize,
    /// How many lines said what is known.
    #[schema(minimum = 0, example = 180)]
    same: usize,
    /// How many lines are left to a coordinator.
    #[schema(minimum = 0, example = 4)]
    proposed: usize,
    /// How many lines were refused.
    #[schema(minimum = 0, example = 1)]
    refused: usize,
    /// How many lines say nothing.
    #[schema(minimum = 0, example = 0)]
    empty: usize,
    /// What becomes of each line that says something, in the order of the file.
    #[schema(max_items = 2000)]
    lines: Vec<LineView>,
}

impl LineView {
    fn of(record: &Record, done: Result<Verdict, PutRefusal>, is_dry: bool, language: Language) -> Self {
        let mut view = Self {
            line: record.line,
            name: record.cells.get(&Column::Name).cloned(),
            result: ResultView::Same,
            place_id: None,
            columns: Vec::new(),
            why: None,
            candidates: Vec::new(),
            faults: Vec::new(),
        };
        match done {
            Ok(Verdict::Created(id, _)) => {
                view.result = ResultView::Created;
                view.place_id = (!is_dry).then(|| id.into());
            }
            Ok(Verdict::Changed { id, columns, .. }) => {
                view.result = ResultView::Changed;
                view.place_id = Some(id.into());
                view.columns = columns.into_iter().map(Column::name).collect();
            }
            Ok(Verdict::Same(id)) => view.place_id = Some(id.into()),
            Ok(Verdict::Proposed {
                why,
                candidates,
                columns,
            }) => {
                view.result = ResultView::Proposed;
                view.why = Some(why.into());
                view.columns = columns.into_iter().map(Column::name).collect();
                view.candidates = candidates.into_iter().map(Into::into).collect();
            }
            Ok(Verdict::Refused(faults)) => view.refuse(faults, language),
            Err(refusal) => view.refuse(faults_of(refusal), language),
        }
        view
    }

    fn refuse(&mut self, faults: Vec<Fault>, language: Language) {
        let fault = |fault: Fault| FaultView {
            column: fault.column.map(Column::name),
            code: fault.code.code(),
            detail: fault_text(fault.code, language).into_owned(),
        };
        self.result = ResultView::Refused;
        self.faults = faults.into_iter().map(fault).collect();
    }
}

/// What is wrong with a line that was sound when it was planned: the organisation has changed meanwhile.
fn faults_of(refusal: PutRefusal) -> Vec<Fault> {
    match refusal {
        PutRefusal::Invalid(errors) => errors
            .as_slice()
            .iter()
            .map(|error| Fault {
                column: None,
                code: error.code,
            })
            .collect(),
        _ => vec![Fault {
            column: None,
            code: FieldCode::NotAllowedHere,
        }],
    }
}

impl From<Candidate> for CandidateView {
    fn from(candidate: Candidate) -> Self {
        Self {
            place_id: candidate.line.is_none().then(|| candidate.id.into()),
            line: candidate.line,
            name: candidate.name,
            score: candidate.score,
        }
    }
}

impl ImportView {
    fn of(sheet: Sheet, done: Vec<Result<Verdict, PutRefusal>>, is_dry: bool, language: Language) -> Self {
        let lines: Vec<LineView> = sheet
            .records
            .iter()
            .zip(done)
            .map(|(record, done)| LineView::of(record, done, is_dry, language))
            .collect();
        let count = |result| lines.iter().filter(|line| line.result == result).count();
        Self {
            dry_run: is_dry,
            is_windows_1252: sheet.is_windows_1252,
            unread_columns: sheet.unread,
            created: count(ResultView::Created),
            changed: count(ResultView::Changed),
            same: count(ResultView::Same),
            proposed: count(ResultView::Proposed),
            refused: count(ResultView::Refused),
            empty: sheet.empty_lines,
            lines,
        }
    }
}

impl From<FileFault> for Problem {
    fn from(fault: FileFault) -> Self {
        match fault {
            FileFault::Unreadable => Self::malformed_body("", FieldCode::WrongType),
            FileFault::NoName => Self::malformed_body("/nom", FieldCode::MissingField),
            FileFault::TooManyLines => {
                Self::validation_failed(FieldErrors::of_body("", FieldCode::TooMany { max: LINES_MAX }))
            }
        }
    }
}

/// Import places from a file.
///
/// In the national schema *Lieux de médiation numérique*: CSV with commas, semicolons or tabs, in UTF-8 or Windows-1252, or JSON; at
/// most 2,000 lines. Each line is for itself: with a fault it is refused, and bars no other. A line changes a place only when it
/// names it, by our identifier or a token of national lists, and is newer; what is merely like a place is proposed. An empty cell
/// says nothing. For coordinators.
#[utoipa::path(
    tag = "field",
    params(ImportParameters),
    request_body(content((String = "text/csv"), (Vec<Object> = "application/json")), description = "The file"),
    responses((status = 200, description = "What becomes of each line", body = ImportView)),
    security(("access_token" = [])),
)]
#[post("/v1/places/import")]
pub async fn import_places(
    Caller { who, query, .. }: Caller<FieldWriter, (), ImportParameters>,
    request: HttpRequest,
    body: FileBody<FILE_MAX>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let form = if body.is_json { FileForm::Json } else { FileForm::Csv };
    let sheet = file::read(&body.bytes, form)?;
    let places = all_places(who.organisation);
    let planned = actions::plan(&application.store, places, sheet.records.clone()).await?;
    let planned = planned.ok_or(ProblemCode::Unauthenticated)?;
    let done = if query.dry_run {
        planned.into_iter().map(Ok).collect()
    } else {
        actions::apply(&application.store, who.by(), planned, application.now()).await?
    };
    let view = ImportView::of(sheet, done, query.dry_run, language_of(&request));
    Ok(HttpResponse::Ok().json(view))
}
