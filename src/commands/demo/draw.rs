//! Draws that are the same on every run and with every version of our dependencies, which `rand` does not promise.

/// Splitmix64 (Steele, Lea and Flood, 2014), from a fixed start.
pub(super) struct Draw(u64);

impl Draw {
    /// The draws that follow from a start.
    pub(super) const fn from(start: u64) -> Self {
        Self(start)
    }

    /// A number below `end`, which is far below 65,536; 0 when `end` is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let [first, second, ..] = (bits ^ (bits >> 31)).to_be_bytes();
        usize::from(u16::from_be_bytes([first, second]))
            .checked_rem(end)
            .unwrap_or_default()
    }

    /// True in so many cases of a hundred.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the values of a choice.
    pub(super) fn of<T: Copy>(&mut self, choice: &Choice<T>) -> T {
        let mut ticket = self.below(100);
        for (value, percent) in choice.others {
            if ticket < *percent {
                return *value;
            }
            ticket -= percent;
        }
        choice.usual
    }

    /// One of the values, each as likely; `None` when there are none.
    pub(super) fn any<T>(&mut self, values: impl IntoIterator<Item = T>) -> Option<T> {
        let values: Vec<T> = values.into_iter().collect();
        let position = self.below(values.len());
        values.into_iter().nth(position)
    }
}

/// Values with how often they are drawn.
pub(super) struct Choice<T: 'static> {
    /// Drawn when none of the others is.
    pub(super) usual: T,
    /// The others, each in so many cases of a hundred; together at most 100.
    pub(super) others: &'static [(T, usize)],
}
