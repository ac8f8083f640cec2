//! Values that serde writes as one text, with the feature `serde`.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::{Date, EventId, Kind, Lang, Time};

macro_rules! as_text {
    ($($type:ty),+) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    )+};
}

as_text!(Date, EventId, Kind, Lang, Time);

#[cfg(test)]
mod tests {
    use crate::event::{Change, ChangeKind, Date, Event, Kind, Lang, Related, Source};

    #[test]
    fn an_event_written_as_json_is_read_as_the_same_event() {
        let mut event = Event::new(
            "2017/03/2/a".parse().unwrap(),
            Date::new(2017, 3, 2),
            "A title",
        );
        event.categories = vec!["Sport".to_owned()];
        event.kind = Kind::new("report").unwrap();
        event.lang = Lang::new("zh-hant").unwrap();
        event.sources = vec![Source::new("A", "http://a.example/")];
        event.related = vec![Related::new("2017/03/1/b".parse().unwrap(), "B")];
        event.changes = vec![Change::new(
            "2017/03/2/a".parse().unwrap(),
            "A",
            ChangeKind::First,
        )];
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(json["date"], "2017-03-02");
        assert_eq!(json["lang"], "zh-Hant");
        assert_eq!(json["changes"][0]["kind"], "first");
        assert_eq!(serde_json::from_value::<Event>(json).unwrap(), event);
        // Only the id and the title are needed.
        let short = r#"{"id": "2017/03/2/a", "title": "A title"}"#;
        let mut bare = Event::new(event.id.clone(), None, "A title");
        assert_eq!(serde_json::from_str::<Event>(short).unwrap(), bare);
        bare.date = Date::new(2017, 3, 2);
        assert_ne!(serde_json::from_str::<Event>(short).unwrap(), bare);
        assert!(serde_json::from_str::<Date>("\"2017-02-30\"").is_err());
    }
}
