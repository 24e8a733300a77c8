//! The lines of a calendar: texts escaped, lines of 75 bytes at most.

/// The most bytes of a line.
const LINE: usize = 75;

/// Lines that are being written.
pub(super) struct Lines(String);

impl Lines {
    /// No line.
    pub(super) const fn new() -> Self {
        Self(String::new())
    }

    /// Writes a property whose value needs no escaping.
    pub(super) fn plain(&mut self, name: &str, value: &str) {
        let mut width = 0;
        for c in name.chars().chain([':']).chain(value.chars()) {
            if c.is_control() {
                continue;
            }
            if width + c.len_utf8() > LINE {
                // A line that goes on begins with a blank, which counts.
                self.0.push_str("\r\n ");
                width = 1;
            }
            self.0.push(c);
            width += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// Writes a property whose value is a text.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        let escaped = text
            .replace('\\', "\\\\")
            .replace(';', "\\;")
            .replace(',', "\\,")
            .replace('\n', "\\n");
        self.plain(name, &escaped);
    }

    /// The lines.
    pub(super) fn finish(self) -> String {
        self.0
    }
}
