//! International host names in their own letters: `xn--mnchen-3ya` → `münchen`.
//!
//! The crate `idna` does this and far more (mapping, validation, bidirectional rules) with Unicode
//! tables of several hundred KiB; a domain here only has to be one text for one name. So this is
//! the decoder of RFC 3492 alone.

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const FIRST_BIAS: u32 = 72;
const FIRST_CODE: u32 = 0x80;

/// A label of a host is at most 63 bytes (RFC 1035), so decoding takes bounded time.
const LABEL_MAX: usize = 63;

/// A host label in its own letters; none if the label is not encoded, or not properly.
pub(super) fn decoded(label: &str) -> Option<String> {
    let text = label.strip_prefix("xn--")?;
    if label.len() > LABEL_MAX || !text.is_ascii() {
        return None;
    }
    let (plain, digits) = text.rsplit_once('-').unwrap_or(("", text));
    let mut out: Vec<char> = plain.chars().collect();
    let (mut code, mut index, mut bias) = (FIRST_CODE, 0u32, FIRST_BIAS);
    let mut digits = digits.bytes().peekable();
    digits.peek()?;
    while digits.peek().is_some() {
        let before = index;
        let mut weight = 1u32;
        for k in (BASE..).step_by(BASE as usize) {
            let digit = match digits.next()? {
                byte @ b'a'..=b'z' => u32::from(byte - b'a'),
                byte @ b'0'..=b'9' => u32::from(byte - b'0') + 26,
                _ => return None,
            };
            index = index.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
        }
        let length = out.len() as u32 + 1;
        bias = adapted(index - before, length, before == 0);
        code = code.checked_add(index / length)?;
        index %= length;
        let letter = char::from_u32(code).filter(|&c| is_letter(c))?;
        out.insert(index as usize, letter);
        index += 1;
    }
    Some(out.into_iter().collect())
}

/// Whether a letter may be shown in a host: nothing that hides or looks like a part of the URL.
fn is_letter(c: char) -> bool {
    !c.is_ascii() && (c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c))
}

fn adapted(delta: u32, length: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / length;
    let mut k = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn labels_are_decoded_as_the_standard_says() {
        for (label, text) in [
            ("xn--mnchen-3ya", "münchen"),
            ("xn--bcher-kva", "bücher"),
            ("xn--fiqs8s", "中国"),
            ("xn--55qx5d", "公司"),
            ("xn--80ak6aa92e", "аррӏе"),
            // RFC 3492, 7.1 (A), (B) and (L).
            ("xn--egbpdaj6bu4bxfgehfvwxn", "ليهمابتكلموشعربي؟"),
            ("xn--ihqwcrb4cv8a8dqg056pqjye", "他们为什么不说中文"),
            ("xn--3b-ww4c5e180e575a65lsy2b", "3年b組金八先生"),
        ] {
            let expected = text.chars().all(|c| c.is_alphanumeric());
            assert_eq!(decoded(label).as_deref(), Some(text).filter(|_| expected));
        }
        for label in [
            "example",
            "xn--",
            "xn--a",
            "xn---",
            "xn--a-",
            "xn--99999999",
            "xn--mnchen-3Y\u{e4}",
            "xn--\u{fc}",
        ] {
            let found = decoded(label);
            assert!(
                found.as_ref().is_none_or(|text| !text.is_ascii()),
                "{label}: {found:?}"
            );
        }
        assert_eq!(decoded(&format!("xn--{}", "a".repeat(60))), None);
    }
}
