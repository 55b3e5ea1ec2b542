//! A histogram carried over into a fresh instance. Slices are told by their age, so the clocks need not agree.
//! Must never bring back counts that do not add up.

use super::{EMPTY, Histogram, NO_PAGE, ROWS, SLICES, SUB};
use crate::snapshot::{Reader, Writer};

const CELL_BYTES: usize = 6;
const COUNT_MAX: u64 = 1 << 53;

impl Histogram {
    pub(crate) fn save(&mut self, writer: &mut Writer, now_us: u64) {
        self.slide(now_us);
        for value in [self.count, self.sum, self.min, self.max] {
            writer.u64(value);
        }
        let filled = self.slices.iter().filter(|slice| slice.count > 0).count();
        writer.u8(filled as u8);
        for age in 0..SLICES as u64 {
            let Some(number) = self.current.checked_sub(age) else { break };
            let Some(slice) = self.slices.get((number % SLICES as u64) as usize) else { break };
            if slice.count == 0 {
                continue;
            }
            writer.u8(age as u8);
            for value in [slice.sum, slice.min, slice.max] {
                writer.u64(value);
            }
            let cells = || {
                let pages = slice.pages.iter().enumerate();
                let rows = pages.filter_map(|(row, page)| Some((row, self.pages.get(usize::from(*page))?)));
                rows.flat_map(|(row, cells)| cells.iter().enumerate().map(move |(column, count)| (row, column, *count)))
                    .filter(|(_, _, count)| *count > 0)
            };
            writer.u32(cells().count() as u32);
            for (row, column, count) in cells() {
                writer.u8(row as u8);
                writer.u8(column as u8);
                writer.u32(count);
            }
        }
    }

    pub(crate) fn read(reader: &mut Reader, now_us: u64) -> Option<Histogram> {
        let mut histogram = Histogram::default();
        histogram.slide(now_us);
        histogram.count = reader.u64()?.min(COUNT_MAX);
        histogram.sum = reader.u64()?;
        histogram.min = reader.u64()?;
        histogram.max = reader.u64()?;
        for _ in 0..reader.u8()? {
            histogram.read_slice(reader)?;
        }
        Some(histogram)
    }

    fn read_slice(&mut self, reader: &mut Reader) -> Option<()> {
        let age = u64::from(reader.u8()?);
        let mut slice = EMPTY;
        slice.sum = reader.u64()?;
        slice.min = reader.u64()?;
        slice.max = reader.u64()?;
        let cells = reader.count(CELL_BYTES, ROWS * SUB)?;
        // Of a time before this clock began there is no slice; the lifetime figures still hold it.
        let place = self.current.checked_sub(age).map(|number| (number % SLICES as u64) as usize);
        let is_free = place.and_then(|place| self.slices.get(place)).is_some_and(|slice| slice.count == 0);
        let is_kept = is_free && age < SLICES as u64;
        for _ in 0..cells {
            let (row, column, count) = (usize::from(reader.u8()?), usize::from(reader.u8()?), reader.u32()?);
            let (total, row_total) = (self.total.get_mut(row)?.get_mut(column)?, self.row_total.get_mut(row)?);
            if !is_kept {
                continue;
            }
            let page = slice.pages.get_mut(row)?;
            if *page == NO_PAGE {
                self.pages.push([0; SUB]);
                *page = (self.pages.len() - 1) as u16;
            }
            let cell = self.pages.get_mut(usize::from(*page))?.get_mut(column)?;
            *cell = cell.checked_add(count)?;
            slice.count = slice.count.checked_add(count)?;
            *total = total.checked_add(count)?;
            *row_total = row_total.checked_add(count)?;
        }
        if is_kept && slice.count > 0 {
            if slice.min > slice.max {
                return None;
            }
            self.window_count += u64::from(slice.count);
            self.window_sum = self.window_sum.saturating_add(slice.sum);
            *self.slices.get_mut(place?)? = slice;
        }
        Some(())
    }
}
