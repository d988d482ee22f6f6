//! The words for the halves of the day and for parts of it, as clocks of twelve hours have them.

/// A part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    /// Before noon.
    Am,
    /// After noon.
    Pm,
    /// Around noon.
    Noon,
    /// Around midnight: late or early.
    Night,
}

impl Half {
    /// The hour of 24 that an hour of 12 means in this part of the day. One above 12 is one of 24 already.
    pub(super) fn hour(self, hour: u8) -> u8 {
        match self {
            _ if hour > 12 => hour,
            Self::Am => hour % 12,
            Self::Pm => hour % 12 + 12,
            Self::Noon if hour < 9 => hour + 12,
            Self::Noon => hour,
            Self::Night if (6..12).contains(&hour) => hour + 12,
            Self::Night => hour % 12,
        }
    }
}

/// Without what differs between versions: dots, blanks, quotes, marks, case.
fn bare(words: &str) -> String {
    words
        .chars()
        .filter(|character| character.is_alphanumeric() || *character > '\u{2ff}' && !is_sign(*character))
        .flat_map(char::to_lowercase)
        .collect()
}

fn is_sign(character: char) -> bool {
    super::header::is_mark(character) || character.is_whitespace() || matches!(character, '\u{200c}' | '״' | '׳' | '’' | '،' | '、' | '，')
}

/// Whether words beside a date or time say nothing: `klo`, `Uhr`, `г.`
pub(super) fn is_filler(words: &str) -> bool {
    const FILLERS: &[&str] = &[
        "klo",
        "kl",
        "à",
        "às",
        "at",
        "um",
        "alas",
        "ala",
        "a",
        "as",
        "o",
        "ob",
        "u",
        "v",
        "в",
        "о",
        "г",
        "ч",
        "р",
        "uhr",
        "h",
        "hs",
        "hrs",
        "uur",
        "lúc",
        "الساعة",
        "ساعت",
        "be",
        "น",
        "พศ",
        "година",
        "год",
        "e",
        "s",
        "min",
        "ad",
        "ce",
        "gegen",
        "الساعه",
    ];
    let words = bare(words);
    words.is_empty() || FILLERS.contains(&words.as_str())
}

/// The part of the day that words name; `None` where they are not known.
pub(super) fn read(words: &str) -> Option<Half> {
    let words = bare(words);
    let found = match words.as_str() {
        "am"
        | "a"
        | "上午"
        | "早上"
        | "清晨"
        | "凌晨"
        | "早晨"
        | "午前"
        | "오전"
        | "sa"
        | "sáng"
        | "ص"
        | "صباحا"
        | "صباحًا"
        | "قظ"
        | "قبلازظهر"
        | "πμ"
        | "öö"
        | "পূর্বাহ্ণ"
        | "पूर्वाह्न"
        | "मपू"
        | "सकाळी"
        | "सुबह"
        | "सु"
        | "முற்பகல்"
        | "காலை"
        | "ਪੂਦੁ"
        | "ಪೂರ್ವಾಹ್ನ"
        | "రాపూ"
        | "ఉదయం"
        | "পূর্বাহ্ন"
        | "সকাল"
        | "ก่อนเที่ยง"
        | "ກ່ອນທ່ຽງ"
        | "ព្រឹក"
        | "နံနက်"
        | "පෙව"
        | "дп"
        | "prob"
        | "пробяд"
        | "проб"
        | "преподне"
        | "претпладне"
        | "de"
        | "dop"
        | "dopoledne"
        | "vorm"
        | "vm"
        | "fm"
        | "ap"
        | "pg"
        | "eparadites"
        | "pd"
        | "to"
        | "үө"
        | "אתצ"
        | "לפנהצ"
        | "inthemorning"
        | "matin"
        | "dumatin"
        | "mañana"
        | "delamañana"
        | "pagi"
        | "утра"
        | "ночи"
        | "ranku"
        | "rano"
        | "prijepodne"
        | "прп"
        | "asubuhi" => Half::Am,
        "pm"
        | "p"
        | "下午"
        | "晚上"
        | "傍晚"
        | "午後"
        | "오후"
        | "ch"
        | "chiều"
        | "tối"
        | "م"
        | "مساء"
        | "مساءً"
        | "بظ"
        | "بعدازظهر"
        | "μμ"
        | "ös"
        | "অপরাহ্ণ"
        | "अपराह्न"
        | "मउ"
        | "संध्याकाळी"
        | "शाम"
        | "अप"
        | "பிற்பகல்"
        | "மாலை"
        | "ਬਾਦੁ"
        | "ಅಪರಾಹ್ನ"
        | "రాఉ"
        | "సాయంత్రం"
        | "অপরাহ্ন"
        | "বিকাল"
        | "หลังเที่ยง"
        | "ຫຼັງທ່ຽງ"
        | "ល្ងាច"
        | "ညနေ"
        | "පව"
        | "пп"
        | "слоб"
        | "попладне"
        | "du"
        | "odp"
        | "odpoledne"
        | "nachm"
        | "nm"
        | "em"
        | "ip"
        | "ptg"
        | "epasdites"
        | "md"
        | "tk"
        | "үх"
        | "אחהצ"
        | "intheafternoon"
        | "intheevening"
        | "aprèsmidi"
        | "delaprèsmidi"
        | "soir"
        | "dusoir"
        | "tarde"
        | "delatarde"
        | "delanoche"
        | "sore"
        | "malam"
        | "siang"
        | "дня"
        | "вечера"
        | "popołudniu"
        | "poslijepodne"
        | "popodne"
        | "поп"
        | "попо"
        | "pop"
        | "jioni"
        | "ef"
        | "datarde" => Half::Pm,
        "中午" | "正午" | "noon" | "midi" | "정오" => Half::Noon,
        "半夜" | "午夜" | "深夜" | "夜" | "夜里" | "夜裡" | "atnight" | "midnight" | "nuit" | "रात" | "새벽" | "밤" | "đêm" | "رات" => {
            Half::Night
        }
        _ => return None,
    };
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_half_is_the_same_half() {
        for morning in [
            "AM",
            "a.m.",
            "a. m.",
            "a.\u{a0}m.",
            "上午",
            "午前",
            "오전",
            "ص",
            "πμ",
            "π.μ.",
            "ق.ظ.",
            "लपूर्वाह्न".trim_start_matches('ल'),
            "ÖÖ",
            "ap.",
            "לפנה״צ",
        ] {
            assert_eq!(read(morning), Some(Half::Am), "{morning}");
        }
        for evening in ["PM", "p. m.", "下午", "午後", "오후", "م", "μ.μ.", "CH", "ب.ظ.", "अपराह्न", "ip.", "אחה״צ"]
        {
            assert_eq!(read(evening), Some(Half::Pm), "{evening}");
        }
        assert!(is_filler("klo") && is_filler("Uhr") && is_filler("г."));
        assert_eq!(read("hello"), None);
    }

    #[test]
    fn twelve_is_midnight_in_the_morning_and_noon_in_the_afternoon() {
        assert_eq!([Half::Am.hour(12), Half::Am.hour(0), Half::Am.hour(9), Half::Pm.hour(12), Half::Pm.hour(1)], [0, 0, 9, 12, 13]);
        assert_eq!(
            [Half::Noon.hour(12), Half::Noon.hour(1), Half::Noon.hour(11), Half::Night.hour(11), Half::Night.hour(2)],
            [12, 13, 11, 23, 2]
        );
        assert_eq!(Half::Pm.hour(15), 15);
    }
}
