//! What several operations say alike stands once in the document of the API, among its components, and each operation
//! refers to it.

use utoipa::openapi::header::Header;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::response::Response;
use utoipa::openapi::schema::Ref;
use utoipa::openapi::{Components, OpenApi as Document, RefOr};

use super::openapi::operations;

/// Moves each parameter and each header of an answer that stands more than once to the components of the document.
pub(super) fn say_once(document: &mut Document) {
    let components = document.components.get_or_insert_default();
    let mut operations: Vec<&mut Operation> = operations(&mut document.paths)
        .map(|(operation, _)| operation)
        .collect();
    let parameters = repeated(operations.iter().flat_map(|operation| parameters(operation)));
    for operation in &mut operations {
        for parameter in operation.parameters.iter_mut().flatten() {
            refer(parameter, None, &parameters, "parameters");
        }
    }
    let mut answers = answers(components, operations);
    let headers = repeated(answers.iter().flat_map(|answer| headers(answer)));
    for answer in &mut answers {
        for (name, header) in &mut answer.headers {
            refer(header, Some(name), &headers, "headers");
        }
    }
    let named = parameters.into_iter().map(|part| (part.component, RefOr::T(part.said)));
    components.parameters.extend(named);
    let named = headers.into_iter().map(|part| (part.component, RefOr::T(part.said)));
    components.headers.extend(named);
}

/// The parameters of an operation that stand there in full.
fn parameters(operation: &Operation) -> impl Iterator<Item = (&str, &Parameter)> {
    operation
        .parameters
        .iter()
        .flatten()
        .filter_map(|parameter| match parameter {
            RefOr::T(parameter) => Some((parameter.name.as_str(), parameter)),
            RefOr::Ref(_) => None,
        })
}

/// The headers of an answer that stand there in full.
fn headers(answer: &Response) -> impl Iterator<Item = (&str, &Header)> {
    answer.headers.iter().filter_map(|(name, header)| match header {
        RefOr::T(header) => Some((name.as_str(), header)),
        RefOr::Ref(_) => None,
    })
}

/// The answers of the document that stand there in full: those of the operations, and those among the components.
fn answers<'a>(components: &'a mut Components, operations: Vec<&'a mut Operation>) -> Vec<&'a mut Response> {
    let of_operations = operations
        .into_iter()
        .flat_map(|operation| operation.responses.responses.values_mut());
    let answers = of_operations.chain(components.responses.values_mut());
    let in_full = answers.filter_map(|answer| match answer {
        RefOr::T(answer) => Some(answer),
        RefOr::Ref(_) => None,
    });
    in_full.collect()
}

/// What can stand among the components of the document.
trait Part: Clone + PartialEq {
    /// The names that it can have among the components, the best first; `name` is what requests and answers call it.
    fn names(&self, name: &str) -> Vec<String>;
}

impl Part for Parameter {
    /// Parameters of one name are told apart by where they stand, by the schema of their values, or by both.
    fn names(&self, name: &str) -> Vec<String> {
        let name = capitalised(name);
        let place = match self.parameter_in {
            ParameterIn::Query | ParameterIn::QueryString => "InQuery",
            ParameterIn::Path => "InPath",
            ParameterIn::Header => "InHeader",
            ParameterIn::Cookie => "InCookie",
        };
        let schema = match &self.schema {
            Some(RefOr::Ref(schema)) => schema.ref_location.rsplit('/').next(),
            Some(RefOr::T(_)) | None => None,
        };
        let schema = schema.unwrap_or("Text");
        vec![
            name.clone(),
            format!("{name}{place}"),
            format!("{name}As{schema}"),
            format!("{name}{place}As{schema}"),
        ]
    }
}

impl Part for Header {
    fn names(&self, name: &str) -> Vec<String> {
        vec![capitalised(name)]
    }
}

/// A name of requests and answers as a name of components: `advisor_id` is `AdvisorId`.
fn capitalised(name: &str) -> String {
    let words = name.split(['_', '-']).map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}

/// A part of the document that stands more than once.
struct Repeated<T> {
    /// What requests and answers call it.
    name: String,
    /// What it is called among the components.
    component: String,
    /// What the document says of it.
    said: T,
}

/// The parts that stand more than once. Each has the first of its names that none of the others can have; a part without such
/// a name stays where it is.
fn repeated<'a, T: Part + 'a>(parts: impl Iterator<Item = (&'a str, &'a T)>) -> Vec<Repeated<T>> {
    let mut known = Vec::new();
    let mut again = Vec::new();
    for part in parts {
        if !known.contains(&part) {
            known.push(part);
        } else if !again.contains(&part) {
            again.push(part);
        }
    }
    let names: Vec<Vec<String>> = again.iter().map(|(name, part)| part.names(name)).collect();
    let can_have = |wanted: &String| names.iter().filter(|names| names.contains(wanted)).count();
    let parts = again.iter().zip(&names).filter_map(|((name, part), names)| {
        Some(Repeated {
            name: (*name).to_owned(),
            component: names.iter().find(|name| can_have(name) == 1)?.clone(),
            said: (*part).clone(),
        })
    });
    parts.collect()
}

/// Refers to the component that says the same, if there is one. A header has its name beside it.
fn refer<T: Part>(part: &mut RefOr<T>, name: Option<&str>, components: &[Repeated<T>], kind: &str) {
    let RefOr::T(said) = &*part else {
        return;
    };
    let same = |component: &&Repeated<T>| component.said == *said && name.is_none_or(|name| component.name == name);
    if let Some(component) = components.iter().find(same) {
        *part = RefOr::Ref(Ref::new(format!("#/components/{kind}/{}", component.component)));
    }
}
