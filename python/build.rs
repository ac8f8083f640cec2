//! Makes the docstrings of the native module from its stub, so that `help()` and an editor show
//! the same text and it is written once.
//!
//! The stub is read by lines, which is enough for its plain form: `class`, `def`, and a docstring
//! as the first thing in a body. `tests/test_docstrings.py` reads the stub with Python's own parser
//! and compares every name with what is shown at run time.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, error, fs};

const STUB: &str = "python/eventstore/_eventstore.pyi";
const QUOTES: &str = r#"""""#;

fn main() -> Result<(), Box<dyn error::Error>> {
    println!("cargo::rerun-if-changed={STUB}");
    let stub = fs::read_to_string(STUB)?;
    let macros = macros(&documented(&stub))?;
    fs::write(
        Path::new(&env::var("OUT_DIR")?).join("docstrings.rs"),
        macros,
    )?;
    Ok(())
}

/// A class, function or property of the stub that has a docstring.
struct Documented {
    class: Option<String>,
    /// Empty for the class itself.
    name: String,
    signature: String,
    text: String,
}

fn documented(stub: &str) -> Vec<Documented> {
    let mut found: Vec<Documented> = Vec::new();
    let (mut class, mut name, mut signature) = (None, String::new(), String::new());
    let mut lines = stub.lines();
    while let Some(line) = lines.next() {
        let code = line.trim_start();
        let indent = line.len() - code.len();
        if let Some(rest) = line.strip_prefix("class ") {
            class = Some(word(rest));
            name.clear();
            signature.clear();
        } else if let Some(rest) = code.strip_prefix("def ") {
            if indent == 0 {
                class = None;
            }
            name = word(rest);
            signature = rest[name.len()..].to_owned();
            // Brackets of annotations are closed on their line; only the list of parameters is not.
            while !signature.contains("->") {
                signature += lines.next().unwrap_or("->").trim_start();
            }
            if name == "__new__" {
                // Calling the class is calling `__new__`, and its docstring is the class's.
                let about = found.iter_mut().rfind(|about| about.name.is_empty());
                if let Some(about) = about.filter(|about| about.class == class) {
                    about.signature = parameters(&signature);
                }
            }
        } else if let Some(first) = code.strip_prefix(QUOTES) {
            let mut text = first.to_owned();
            while !text.contains(QUOTES) {
                let next = lines.next().unwrap_or(QUOTES);
                text += "\n";
                text += next.get(indent..).unwrap_or_default();
            }
            found.push(Documented {
                class: class.clone(),
                name: name.clone(),
                signature: parameters(&signature),
                text: text.trim_end_matches(QUOTES).trim().to_owned(),
            });
        }
    }
    // The docstring at the head of the file, if there is one, is the module's.
    found.retain(|about| about.class.is_some() || !about.name.is_empty());
    found
}

/// The name that the text begins with.
fn word(text: &str) -> String {
    let end = |c: char| !c.is_alphanumeric() && c != '_';
    text.split(end).next().unwrap_or_default().to_owned()
}

/// The parameters without annotations, in the form that CPython reads: `($self, by='month')`.
fn parameters(signature: &str) -> String {
    let list = signature.rsplit_once("->").map_or("", |(list, _)| list);
    let list = list.trim().strip_prefix('(').unwrap_or_default();
    let list = list.strip_suffix(')').unwrap_or_default();
    let mut shown = Vec::new();
    for parameter in split(list) {
        let (declared, default) = match parameter.rsplit_once(" = ") {
            Some((declared, default)) => (declared, Some(default.replace('"', "'"))),
            None => (parameter.as_str(), None),
        };
        let name = declared.split(':').next().unwrap_or_default().trim();
        match (name, default) {
            ("cls", _) => {}
            ("self", _) => shown.push("$self".to_owned()),
            (name, Some(default)) => shown.push(format!("{name}={default}")),
            (name, None) => shown.push(name.to_owned()),
        }
    }
    format!("({})", shown.join(", "))
}

/// The parts between the commas that stand in no bracket.
fn split(list: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for c in list.chars() {
        match c {
            '[' | '(' => depth += 1,
            ']' | ')' => depth -= 1,
            _ => {}
        }
        match (c, depth, parts.last_mut()) {
            (',', 0, _) => parts.push(String::new()),
            (c, _, Some(part)) => part.push(c),
            _ => {}
        }
    }
    let parts = parts.iter().map(|part| part.trim().to_owned());
    parts.filter(|part| !part.is_empty()).collect()
}

/// `docstring!(Store.query)` is the text, `signed_docstring!(Store.query)` has the signature before
/// it, in the form from which CPython makes `__text_signature__`. A class may also be given as a
/// string literal, which is what macros have of it.
fn macros(all: &[Documented]) -> Result<String, std::fmt::Error> {
    let (mut plain, mut signed) = (String::new(), String::new());
    for about in all {
        let names = match &about.class {
            None => vec![about.name.clone()],
            Some(class) if about.name.is_empty() => vec![class.clone(), format!("{class:?}")],
            Some(class) => vec![
                format!("{class}.{}", about.name),
                format!("{class:?}.{}", about.name),
            ],
        };
        let called = match about.name.as_str() {
            "" => about.class.as_deref().unwrap_or_default(),
            name => name,
        };
        let head = format!("{called}{}\n--\n\n", about.signature);
        for name in names {
            writeln!(plain, "    ({name}) => {{ {:?} }};", about.text)?;
            let text = format!("{head}{}", about.text);
            writeln!(signed, "    ({name}) => {{ {text:?} }};")?;
        }
    }
    Ok(format!(
        "macro_rules! docstring {{\n{plain}}}\n\nmacro_rules! signed_docstring {{\n{signed}}}\n"
    ))
}
