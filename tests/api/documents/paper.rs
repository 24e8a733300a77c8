//! PDF, read back: tags, language, title, pages.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object};
use quotidien::documents::document::Document;
use quotidien::documents::pdf::pdf;
use quotidien::statistics::tally::Tally;

use super::forms::{annex, long, published};

/// What a PDF says of its structure: the types of its elements in reading order, with the scope of headers.
fn structure(pdf: &lopdf::Document) -> Vec<String> {
    fn walk(pdf: &lopdf::Document, object: &Object, found: &mut Vec<String>) {
        let object = match object {
            Object::Reference(id) => pdf.get_object(*id).unwrap(),
            other => other,
        };
        match object {
            Object::Array(items) => items.iter().for_each(|item| walk(pdf, item, found)),
            Object::Dictionary(element) => {
                if let Ok(kind) = element.get(b"S").and_then(Object::as_name) {
                    found.push(format!("{}{}", String::from_utf8_lossy(kind), scope(pdf, element)));
                }
                if let Ok(children) = element.get(b"K") {
                    walk(pdf, children, found);
                }
            }
            _ => {}
        }
    }
    let root = pdf.catalog().unwrap().get_deref(b"StructTreeRoot", pdf).unwrap();
    let mut found = Vec::new();
    walk(pdf, root, &mut found);
    found
}

fn scope(pdf: &lopdf::Document, element: &Dictionary) -> String {
    let attributes = element.get_deref(b"A", pdf);
    let lists = match attributes {
        Ok(Object::Array(items)) => items.clone(),
        Ok(one) => vec![one.clone()],
        Err(_) => Vec::new(),
    };
    let scope = lists.iter().find_map(|list| {
        let list = list.as_dict().ok()?;
        list.get(b"Scope").and_then(Object::as_name).ok()
    });
    scope.map_or_else(String::new, |scope| format!(":{}", String::from_utf8_lossy(scope)))
}

#[test]
fn the_pdf_is_tagged_and_says_its_language_and_title() {
    let bytes = pdf(&annex()).unwrap();
    assert!(bytes.starts_with(b"%PDF-1."));
    let read = lopdf::Document::load_mem(&bytes).unwrap();
    let catalog = read.catalog().unwrap();
    let marked = catalog.get_deref(b"MarkInfo", &read).unwrap().as_dict().unwrap();
    assert!(marked.get(b"Marked").unwrap().as_bool().unwrap());
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"fr");
    let shown = catalog
        .get_deref(b"ViewerPreferences", &read)
        .unwrap()
        .as_dict()
        .unwrap();
    assert!(shown.get(b"DisplayDocTitle").unwrap().as_bool().unwrap());
    let metadata = catalog.get_deref(b"Metadata", &read).unwrap().as_stream().unwrap();
    let metadata = String::from_utf8(metadata.content.clone()).unwrap();
    assert!(metadata.contains("pdfuaid:part") && metadata.contains("Le Mans Métropole"));
    let structure = structure(&read);
    let count = |kind: &str| structure.iter().filter(|element| *element == kind).count();
    assert_eq!(
        (count("H1"), count("H2"), count("Table"), count("Figure")),
        (1, 1, 1, 1)
    );
    assert_eq!(
        (count("TH:Both"), count("TH:Column"), count("TH:Row"), count("TD")),
        (1, 5, 6, 30)
    );
    let place = |kind: &str| structure.iter().position(|element| element == kind).unwrap();
    assert!(place("H1") < place("H2") && place("H2") < place("Table") && place("Table") < place("Figure"));
    assert_eq!(read.get_pages().len(), 1, "the annex of a summer is one page");
}

#[test]
fn ten_years_are_cut_into_tables_that_are_as_wide_as_the_page() {
    let bytes = pdf(&long("2020-01", "2029-12")).unwrap();
    let read = lopdf::Document::load_mem(&bytes).unwrap();
    let tables = structure(&read).iter().filter(|element| *element == "Table").count();
    assert_eq!(tables, 10, "one a year");
}

#[test]
fn a_pdf_is_set_in_the_fonts_that_are_compiled_in() {
    let read = lopdf::Document::load_mem(&pdf(&published(false, &Tally::default())).unwrap()).unwrap();
    let objects = read.objects.values().filter_map(|object| object.as_dict().ok());
    let named = objects.filter_map(|object| object.get(b"FontName").and_then(Object::as_name).ok());
    // The name of an embedded font begins with six letters and a plus sign.
    let fonts: BTreeSet<&str> = named
        .map(|name| std::str::from_utf8(name).unwrap().split_once('+').unwrap().1)
        .collect();
    let set = ["DejaVuSansMono", "LibertinusSerif-Bold", "LibertinusSerif-Regular"];
    assert_eq!(fonts, BTreeSet::from(set));
}

fn pages(document: &Document) -> usize {
    let bytes = pdf(document).unwrap();
    lopdf::Document::load_mem(&bytes).unwrap().get_pages().len()
}

#[test]
fn the_annex_of_a_year_is_one_page() {
    assert_eq!(pages(&long("2022-01", "2022-12")), 1);
    assert_eq!(pages(&long("2022-05", "2022-05")), 1);
}

#[test]
fn a_pdf_is_dated_when_its_figures_were_published_and_its_standing_is_read_out() {
    let bytes = pdf(&published(false, &Tally::default())).unwrap();
    let read = lopdf::Document::load_mem(&bytes).unwrap();
    let metadata = read.catalog().unwrap().get_deref(b"Metadata", &read).unwrap();
    let metadata = String::from_utf8(metadata.as_stream().unwrap().content.clone()).unwrap();
    assert!(metadata.contains("2022-09-29T10:00:00"), "{metadata}");
    // The period, the number of the deliberation, the day, the definitions and the digest come before the first table.
    let structure = structure(&read);
    let before = structure.iter().take_while(|element| *element != "H2");
    assert_eq!(before.filter(|element| *element == "P").count(), 5);
}
