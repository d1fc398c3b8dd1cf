//! JSON straight into a buffer: an answer of 4 MB must not pass through a tree of values first.

/// Characters that a JSON text must not hold as they are, and what stands for them; 0 where nothing is to be done, `u`
/// where only the long form exists.
const ESCAPES: [u8; 256] = {
    let mut table = [0; 256];
    let mut control = 0;
    while control < 0x20 {
        table[control] = b'u';
        control += 1;
    }
    table[b'\n' as usize] = b'n';
    table[b'\r' as usize] = b'r';
    table[b'\t' as usize] = b't';
    table[b'"' as usize] = b'"';
    table[b'\\' as usize] = b'\\';
    table
};

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Digits of the longest 64-bit number.
const DIGITS_MAX: usize = 20;

/// Our numbers are shares and means with at most three decimals; others are written in the slower way.
const STEPS: f64 = 1000.0;

/// Beyond this the thousandths would not be exact.
const QUICK_MAX: f64 = 1e9;

/// The buffer.
#[derive(Debug, Default)]
pub(crate) struct Json(Vec<u8>);

impl Json {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes back everything written since.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    /// Bytes that are JSON already.
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn null(&mut self) {
        self.raw(b"null");
    }

    pub(crate) fn boolean(&mut self, is: bool) {
        self.raw(if is { b"true" } else { b"false" });
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.byte(b'"');
        self.part(text);
        self.byte(b'"');
    }

    /// A part of a text whose quotes are written by the caller.
    pub(crate) fn part(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut written = 0;
        for (at, byte) in bytes.iter().enumerate() {
            let escape = ESCAPES[usize::from(*byte)];
            if escape == 0 {
                continue;
            }
            self.raw(&bytes[written..at]);
            written = at + 1;
            if escape == b'u' {
                self.raw(b"\\u00");
                self.raw(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
            } else {
                self.raw(&[b'\\', escape]);
            }
        }
        self.raw(&bytes[written..]);
    }

    pub(crate) fn unsigned(&mut self, number: u64) {
        let (digits, start) = digits(number);
        self.raw(&digits[start..]);
    }

    pub(crate) fn int(&mut self, number: i64) {
        if number < 0 {
            self.byte(b'-');
        }
        self.unsigned(number.unsigned_abs());
    }

    /// Always with a point, as clients of 2021 got them; what is no number is null.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked first")]
    pub(crate) fn float(&mut self, number: f64) {
        let steps = (number.abs() * STEPS).round();
        if !number.is_finite() {
            self.null();
        } else if steps <= QUICK_MAX && (steps / STEPS - number.abs()).abs() <= f64::EPSILON * number.abs() {
            let steps = steps as u64;
            if number < 0.0 {
                self.byte(b'-');
            }
            self.unsigned(steps / 1000);
            let digits = [b'.', digit(steps / 100), digit(steps / 10), digit(steps)];
            let length = if steps.is_multiple_of(100) { 2 } else { 3 + usize::from(!steps.is_multiple_of(10)) };
            self.raw(&digits[..length]);
        } else {
            self.raw(format!("{number:?}").as_bytes());
        }
    }
}

/// The number's digits, and where they begin.
pub(crate) fn digits(mut number: u64) -> ([u8; DIGITS_MAX], usize) {
    let mut digits = [b'0'; DIGITS_MAX];
    let mut start = DIGITS_MAX - 1;
    loop {
        digits[start] = digit(number);
        number /= 10;
        if number == 0 {
            return (digits, start);
        }
        start -= 1;
    }
}

const fn digit(number: u64) -> u8 {
    b'0' + (number % 10) as u8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(write: impl FnOnce(&mut Json)) -> String {
        let mut json = Json::default();
        write(&mut json);
        String::from_utf8(json.into_bytes()).unwrap()
    }

    #[test]
    fn shares_and_means_are_written_short_and_with_a_point() {
        let cases = [(0.0, "0.0"), (-1.0, "-1.0"), (0.25, "0.25"), (3.512, "3.512"), (0.1, "0.1"), (1e20, "1e20")];
        for (number, text) in cases {
            assert_eq!(written(|json| json.float(number)), text);
        }
        assert_eq!(written(|json| json.float(f64::NAN)), "null");
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in any::<String>()) {
            let json = written(|json| json.text(&text));
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }

        #[test]
        fn any_number_comes_back(int in any::<i64>(), float in any::<f64>(), thousandths in -5_000_000_i32..5_000_000) {
            prop_assert_eq!(written(|json| json.int(int)), int.to_string());
            let back: f64 = written(|json| json.float(float)).parse().unwrap_or(f64::NAN);
            prop_assert!(!float.is_finite() || (back - float).abs() <= f64::EPSILON * float.abs());
            let share = f64::from(thousandths) / 1000.0;
            let back: f64 = written(|json| json.float(share)).parse().unwrap();
            prop_assert!((back - share).abs() < 1e-9);
        }
    }
}
