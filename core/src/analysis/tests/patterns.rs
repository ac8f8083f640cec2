//! What values ask for, and where it stands in texts.

use super::super::WordPattern;
use super::occurrences;

#[test]
fn a_value_asks_for_its_words_at_their_distances() {
    for (value, prefix, key) in [
        ("flood", false, "flood 0"),
        ("Flood Warning", false, "flood 0 warning 1"),
        ("flood warn", true, "flood 0 warn* 1"),
        // Something behind the word ends it.
        ("flood ", true, "flood 0"),
        ("don't", false, "don 0 t 1"),
        ("C++", false, "c++ 0"),
        ("C", true, "c* 0"),
        ("C# code", false, "c# 0 code 1"),
        ("C++11", false, "c 0 11 1"),
        ("国际航班", false, "国际 0 际航 1 航班 2"),
        ("国际", true, "国际 0"),
        ("际", false, "际* 0"),
        ("第3天", false, "第 0 3 1 天* 2"),
        ("航班MH17", false, "航班 0 mh17 2"),
        ("MH17航", true, "mh17 0 航* 1"),
        ("航 班", false, "航* 0 班* 1"),
        ("C++语言", false, "c++ 0 语言 1"),
        ("カ\u{309A}", false, "カ\u{309A}* 0"),
        ("", false, ""),
        ("… — +", false, ""),
    ] {
        let pattern = WordPattern::new(value, prefix);
        assert_eq!(pattern.key(), key, "{value:?}");
        assert_eq!(pattern.is_empty(), key.is_empty());
    }
}

#[test]
fn a_pattern_is_found_where_all_its_parts_stand() {
    let value = |text| WordPattern::new(text, false);
    for (text, pattern, places) in [
        (
            "Flood warning: floods, FLOOD",
            value("flood"),
            &["Flood", "FLOOD"][..],
        ),
        (
            "Flood warning: floods",
            WordPattern::new("flo", true),
            &["Flood", "floods"],
        ),
        (
            "a flood-warning, no warning",
            value("flood warning"),
            &["flood-warning"],
        ),
        ("warning flood", value("flood warning"), &[]),
        ("c, C++ and C++", value("c++"), &["C++", "C++"]),
        ("c, C++ and C#", value("C"), &["c", "C", "C"]),
        ("C++", WordPattern::new("c", true), &["C"]),
        ("国际航班", value("际"), &["际"]),
        ("国际航班", value("国"), &["国"]),
        ("国际航班", value("班"), &["班"]),
        ("国际航班", value("国际航"), &["国际航"]),
        ("国际，航班", value("国际航班"), &[]),
        ("哈哈哈", value("哈哈"), &["哈哈", "哈哈"]),
        ("国\u{AD}际", value("国"), &["国\u{AD}"]),
        ("第3天空 第3天", value("第3天"), &["第3天", "第3天"]),
        ("前天MH17", value("天MH17"), &["天MH17"]),
        ("天空MH17", value("天MH17"), &[]),
        ("½ ﬁn ＡＢＣ", value("fin abc"), &["ﬁn ＡＢＣ"]),
        ("½", value("2"), &["½"]),
        (
            "cafe\u{301}s",
            WordPattern::new("CAFÉ", true),
            &["cafe\u{301}s"],
        ),
        ("ｶﾞｽ", value("ガ"), &["ｶﾞ"]),
        ("㍿", value("式"), &["㍿"]),
        ("カ\u{309A}ム", value("カ"), &["カ\u{309A}"]),
        ("在-{zh-cn:戛纳; zh-tw:坎城;}-", value("坎城"), &["坎城"]),
        (
            "在-{zh-cn:戛纳; zh-tw:坎城;}-",
            value("在戛"),
            &["在-{zh-cn:戛"],
        ),
    ] {
        let found: Vec<_> = occurrences(text, &pattern)
            .into_iter()
            .map(|place| &text[place])
            .collect();
        assert_eq!(found, places, "{text} {}", pattern.key());
    }
}

#[test]
fn an_empty_pattern_is_nowhere() {
    let pattern = WordPattern::new("…", false);
    assert!(occurrences("a text …", &pattern).is_empty());
}

#[test]
fn equal_patterns_have_equal_keys_and_others_not() {
    let key = |text, prefix| WordPattern::new(text, prefix).key();
    assert_eq!(key("COVID-19", false), key("covid 19", false));
    assert_ne!(key("covid", false), key("covid", true));
    assert_ne!(key("航班MH17", false), key("航班 MH17 x", false));
}
