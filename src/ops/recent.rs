//! Counts of the last five minutes, in 60 slices of 5 s.
//! Must never keep single events.

use crate::histogram::{SLICE_US, SLICES};
use crate::snapshot::{Reader, Writer};

/// `N` counts that share their slices.
#[derive(Clone, Debug)]
pub struct Recent<const N: usize> {
    slices: [[u32; N]; SLICES],
    totals: [u64; N],
    current: u64,
}

impl<const N: usize> Default for Recent<N> {
    fn default() -> Self {
        Recent { slices: [[0; N]; SLICES], totals: [0; N], current: 0 }
    }
}

impl<const N: usize> Recent<N> {
    pub fn add(&mut self, which: usize, amount: u32, now_us: u64) {
        self.slide(now_us);
        let slice = self.slices.get_mut((self.current % SLICES as u64) as usize);
        let Some(count) = slice.and_then(|slice| slice.get_mut(which)) else { return };
        let added = amount.min(u32::MAX - *count);
        *count += added;
        if let Some(total) = self.totals.get_mut(which) {
            *total += u64::from(added);
        }
    }

    pub fn totals(&mut self, now_us: u64) -> [u64; N] {
        self.slide(now_us);
        self.totals
    }

    /// Sums over `span` slices that ended `ago` slices before the current one did.
    pub fn span(&mut self, ago: u64, span: u64, now_us: u64) -> [u64; N] {
        self.slide(now_us);
        let mut sums = [0; N];
        for back in ago..ago.saturating_add(span).min(SLICES as u64) {
            let Some(number) = self.current.checked_sub(back) else { break };
            let Some(slice) = self.slices.get((number % SLICES as u64) as usize) else { break };
            for (sum, count) in sums.iter_mut().zip(slice) {
                *sum += u64::from(*count);
            }
        }
        sums
    }

    /// Newest slice first.
    pub(crate) fn save(&mut self, writer: &mut Writer, now_us: u64) {
        for age in 0..SLICES as u64 {
            self.span(age, 1, now_us).into_iter().for_each(|count| writer.u32(count as u32));
        }
    }

    pub(crate) fn read(reader: &mut Reader, now_us: u64) -> Option<Self> {
        let mut recent = Recent { current: now_us / SLICE_US, ..Recent::default() };
        for age in 0..SLICES as u64 {
            let mut counts = [0; N];
            for count in &mut counts {
                *count = reader.u32()?;
            }
            // A clock that started later than these were counted has no slice for them.
            let Some(number) = recent.current.checked_sub(age) else { continue };
            *recent.slices.get_mut((number % SLICES as u64) as usize)? = counts;
            recent.totals.iter_mut().zip(counts).for_each(|(total, count)| *total += u64::from(count));
        }
        Some(recent)
    }

    fn slide(&mut self, now_us: u64) {
        let now = now_us / SLICE_US;
        if now <= self.current {
            return;
        }
        let steps = (now - self.current).min(SLICES as u64);
        for step in 1..=steps {
            let Some(slice) = self.slices.get_mut(((self.current + step) % SLICES as u64) as usize) else { continue };
            for (total, count) in self.totals.iter_mut().zip(slice) {
                *total = total.saturating_sub(u64::from(*count));
                *count = 0;
            }
        }
        self.current = now;
    }
}
