//! The catalogue of the demonstration: fifteen sheets, and the organisation's own words for what it does.

use serde_json::{Value, json};

use super::{Thing, id};

/// A sheet, in the order of the form.
struct Sheet {
    title: &'static str,
    summary: &'static str,
    objectives: &'static str,
    prerequisites: &'static str,
    means: &'static str,
    people: (usize, usize),
    themes: &'static [&'static str],
    level: &'static str,
    minutes: usize,
}

/// A room with its own computers.
const COMPUTERS: &str = "Une salle, un ordinateur pour deux participants, une connexion à internet.";
/// A room where people bring what they have.
const OWN_DEVICES: &str = "Une salle avec des prises et du wifi ; chacun vient avec son appareil.";
/// A room with a screen for all.
const SCREEN: &str = "Une salle avec un vidéoprojecteur, une connexion à internet.";
const NONE: &str = "Aucun.";
const KEYBOARD: &str = "Se servir d’un clavier et d’une souris.";
const BROWSER: &str = "Savoir ouvrir un site internet.";
const MAILBOX: &str = "Avoir une adresse électronique et savoir la consulter.";
const SMARTPHONE: &str = "Avoir un smartphone, même sans abonnement à internet.";

#[rustfmt::skip]
const SHEETS: [Sheet; 15] = [
    sheet("Où en suis-je avec le numérique ?", "Un jeu de cartes pour situer ce que l’on sait faire et choisir la suite.", "Connaître ses points forts ; choisir ses prochains ateliers.", NONE, "Une salle et des tables.", (4, 12), &["digital_assessment"], "beginner", 60),
    sheet("Premiers clics", "L’ordinateur, le clavier, la souris, les fenêtres.", "Allumer et éteindre l’ordinateur ; se repérer sur l’écran ; ouvrir un logiciel.", NONE, COMPUTERS, (4, 8), &["equipment"], "beginner", 120),
    sheet("Premiers pas sur internet", "Découvrir le navigateur et chercher en confiance.", "Ouvrir un site ; chercher une information ; reconnaître une adresse sûre.", KEYBOARD, COMPUTERS, (4, 8), &["internet"], "beginner", 120),
    sheet("Ma boîte aux lettres électronique", "Créer une adresse, écrire, répondre, joindre un document.", "Envoyer et recevoir un courriel ; joindre une pièce.", BROWSER, COMPUTERS, (4, 8), &["email"], "beginner", 120),
    sheet("Apprivoiser son smartphone", "Appels, contacts, réglages, applications.", "Régler l’affichage et le son ; ajouter un contact ; installer une application.", SMARTPHONE, OWN_DEVICES, (4, 10), &["smartphone"], "beginner", 90),
    sheet("Photos du smartphone", "Trier, ranger et sauvegarder ses photos.", "Transférer des photos vers un ordinateur ; faire de la place.", SMARTPHONE, OWN_DEVICES, (4, 10), &["smartphone", "digital_content"], "intermediate", 90),
    sheet("Garder le lien avec ses proches", "Appels en vidéo et messageries.", "Appeler en vidéo ; envoyer une photo à un groupe.", SMARTPHONE, OWN_DEVICES, (4, 10), &["communication"], "beginner", 90),
    sheet("Mots de passe et arnaques", "Reconnaître un message frauduleux et protéger ses comptes.", "Choisir un bon mot de passe ; déjouer l’hameçonnage ; savoir à qui le signaler.", MAILBOX, SCREEN, (6, 16), &["security", "fraud_and_harassment"], "intermediate", 90),
    sheet("Mes démarches en ligne", "FranceConnect et les sites de l’administration.", "Se connecter à un service public ; retrouver un document ; suivre une demande.", MAILBOX, COMPUTERS, (4, 8), &["administrative_procedures"], "intermediate", 120),
    sheet("Mon espace santé", "Ouvrir son espace, y ranger ses documents, prendre rendez-vous.", "Activer son espace ; ajouter une ordonnance ; régler la confidentialité.", MAILBOX, COMPUTERS, (4, 8), &["health"], "intermediate", 90),
    sheet("Acheter et payer en ligne sans crainte", "Comparer, commander, payer, se rétracter.", "Reconnaître un site sérieux ; payer en sûreté ; suivre un colis.", BROWSER, COMPUTERS, (4, 8), &["banking_and_shopping"], "intermediate", 90),
    sheet("Un CV qui me ressemble", "Mettre en page son CV et l’envoyer.", "Partir d’un modèle ; enregistrer en PDF ; répondre à une offre.", MAILBOX, COMPUTERS, (4, 8), &["employment", "office_tools"], "intermediate", 180),
    sheet("Les écrans en famille", "Un échange entre parents sur les usages des enfants.", "Poser des règles ; régler le contrôle parental ; parler des réseaux sociaux.", NONE, SCREEN, (6, 16), &["parenting"], "beginner", 90),
    sheet("Suivre la scolarité de son enfant", "L’espace numérique de travail et la messagerie de l’école.", "Lire les devoirs et les notes ; écrire à un enseignant.", BROWSER, COMPUTERS, (4, 8), &["schooling"], "beginner", 90),
    sheet("L’intelligence artificielle, de quoi parle-t-on ?", "Ce qu’un assistant sait faire, et ce qu’il invente.", "Poser une question ; vérifier une réponse ; protéger ses données.", BROWSER, SCREEN, (6, 16), &["artificial_intelligence"], "advanced", 90),
];

#[expect(
    clippy::too_many_arguments,
    reason = "a line of the table is a sheet, in the order of the form"
)]
const fn sheet(
    title: &'static str,
    summary: &'static str,
    objectives: &'static str,
    prerequisites: &'static str,
    means: &'static str,
    people: (usize, usize),
    themes: &'static [&'static str],
    level: &'static str,
    minutes: usize,
) -> Sheet {
    Sheet {
        title,
        summary,
        objectives,
        prerequisites,
        means,
        people,
        themes,
        level,
        minutes,
    }
}

/// Tags, and whether they are offered no more.
const TAGS: [(&str, bool); 6] = [
    ("Accès aux droits", false),
    ("Cité éducative", false),
    ("Insertion", false),
    ("Opération tablettes", true),
    ("Semaine bleue", false),
    ("Semaine du numérique", false),
];

/// The identifier of a sheet, by its number in the table from 1.
pub(super) fn workshop_id(number: usize) -> String {
    id(0x8f08, number)
}

/// What a report says of a sheet of this number: its identifier, its title, its themes, and how many it takes.
pub(in crate::commands::demo) struct Named {
    pub(in crate::commands::demo) id: String,
    pub(in crate::commands::demo) title: &'static str,
    pub(in crate::commands::demo) themes: &'static [&'static str],
    pub(in crate::commands::demo) seats: usize,
}

/// The sheet of this number.
pub(in crate::commands::demo) fn sheet_named(number: usize) -> Option<Named> {
    let sheet = SHEETS.get(number.checked_sub(1)?)?;
    Some(Named {
        id: workshop_id(number),
        title: sheet.title,
        themes: sheet.themes,
        seats: sheet.people.1,
    })
}

/// What reports about each of these themes are tagged with.
const TAGGED: [(&str, usize); 5] = [
    ("administrative_procedures", 1),
    ("procedure_housing", 1),
    ("parenting", 2),
    ("schooling", 2),
    ("employment", 3),
];

/// The tags of a report about some themes.
pub(in crate::commands::demo) fn tags_of(themes: &[&str]) -> Vec<String> {
    let tagged = TAGGED.iter().filter(|(theme, _)| themes.contains(theme));
    let numbers: std::collections::BTreeSet<usize> = tagged.map(|(_, number)| *number).collect();
    numbers.into_iter().map(tag_id).collect()
}

fn tag_id(number: usize) -> String {
    id(0x8f07, number)
}

/// The tags and the sheets.
pub(super) fn things() -> impl Iterator<Item = Thing> {
    let tags = (1..).zip(TAGS).map(|(number, (name, retired))| {
        let body = json!({"name": name, "retired": retired});
        Thing::of_the_coordinator("tags", &tag_id(number), body)
    });
    let sheets = (1..).zip(&SHEETS);
    tags.chain(sheets.map(|(number, sheet)| Thing::of_the_coordinator("workshops", &workshop_id(number), body(sheet))))
}

fn body(sheet: &Sheet) -> Value {
    let (least, most) = sheet.people;
    json!({
        "title": sheet.title, "summary": sheet.summary, "objectives": sheet.objectives,
        "prerequisites": sheet.prerequisites, "required_means": sheet.means, "participants_min": least,
        "participants_max": most, "themes": sheet.themes, "level": sheet.level, "duration_minutes": sheet.minutes,
    })
}
