//! Durations, or any counts, as a log-linear histogram over a sliding window, beside exact lifetime figures.
//! Must never sort, merge or scan samples: recording is O(1), reading walks counters of a fixed number.

mod snapshot;

/// Sub-buckets of each power of two. The middle of a bucket is off by less than 1/128 of any value in it.
const SUB: usize = 64;
const SUB_BITS: u32 = 6;
/// Values below two rows are exact, 64 a row; from there each row is a power of two, up to 2^32.
const ROWS: usize = 27;
const VALUE_MAX: u64 = (1 << 32) - 1;

pub const SLICES: usize = 60;
pub const SLICE_US: u64 = 5_000_000;

const NO_PAGE: u16 = u16::MAX;

type Row = [u32; SUB];

/// What a histogram says: `count` to `max` over the lifetime, the rest over the window of 60 slices of 5 s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub count: u64,
    pub sum: u64,
    pub min: u64,
    pub max: u64,
    pub p50: u64,
    pub p95: u64,
    pub p99: u64,
    pub p999: u64,
    pub window_count: u64,
    pub window_sum: u64,
    pub window_min: u64,
    pub window_max: u64,
}

/// Values are integers, microseconds by custom; greater ones than 2^32 - 1 share the last bucket.
#[derive(Clone, Debug)]
pub struct Histogram {
    count: u64,
    sum: u64,
    min: u64,
    max: u64,
    /// Sum of all slices, so that reading has nothing to merge.
    total: Box<[Row; ROWS]>,
    row_total: [u32; ROWS],
    window_count: u64,
    window_sum: u64,
    slices: Box<[Slice; SLICES]>,
    /// Number of the slice that is being filled: time / 5 s.
    current: u64,
    /// Rows of slices. A slice holds only the rows it has values in.
    pages: Vec<Row>,
    free: Vec<u16>,
}

#[derive(Clone, Copy, Debug)]
struct Slice {
    count: u32,
    sum: u64,
    min: u64,
    max: u64,
    pages: [u16; ROWS],
}

const EMPTY: Slice = Slice { count: 0, sum: 0, min: u64::MAX, max: 0, pages: [NO_PAGE; ROWS] };

impl Default for Histogram {
    fn default() -> Self {
        Histogram {
            count: 0,
            sum: 0,
            min: u64::MAX,
            max: 0,
            total: Box::new([[0; SUB]; ROWS]),
            row_total: [0; ROWS],
            window_count: 0,
            window_sum: 0,
            slices: Box::new([EMPTY; SLICES]),
            current: 0,
            pages: Vec::new(),
            free: Vec::new(),
        }
    }
}

impl Histogram {
    pub fn record(&mut self, value: u64, now_us: u64) {
        self.record_many(value, 1, now_us);
    }

    /// The same value so many times, all of them now.
    pub fn record_many(&mut self, value: u64, times: u32, now_us: u64) {
        self.slide(now_us);
        self.count += u64::from(times);
        let sum = value.saturating_mul(u64::from(times));
        self.sum = self.sum.saturating_add(sum);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        let Some(slice) = self.slices.get_mut((self.current % SLICES as u64) as usize) else { return };
        let times = times.min(u32::MAX - slice.count);
        if times == 0 {
            return;
        }
        let (row, column) = place(value);
        let Some(page) = slice.pages.get_mut(row) else { return };
        if *page == NO_PAGE {
            *page = self.free.pop().unwrap_or_else(|| {
                self.pages.push([0; SUB]);
                (self.pages.len() - 1) as u16
            });
        }
        let Some(cell) = self.pages.get_mut(usize::from(*page)).and_then(|page| page.get_mut(column)) else { return };
        *cell += times;
        slice.count += times;
        slice.sum = slice.sum.saturating_add(sum);
        slice.min = slice.min.min(value);
        slice.max = slice.max.max(value);
        self.window_count += u64::from(times);
        self.window_sum = self.window_sum.saturating_add(sum);
        // A total of 2^32 would need 860 million values a minute.
        if let Some(cell) = self.total.get_mut(row).and_then(|row| row.get_mut(column)) {
            *cell = cell.saturating_add(times);
        }
        if let Some(cell) = self.row_total.get_mut(row) {
            *cell = cell.saturating_add(times);
        }
    }

    pub fn summary(&mut self, now_us: u64) -> Summary {
        self.slide(now_us);
        let mut summary = Summary {
            count: self.count,
            sum: self.sum,
            min: if self.count == 0 { 0 } else { self.min },
            max: self.max,
            ..Summary::default()
        };
        if self.window_count == 0 {
            return summary;
        }
        let filled = self.slices.iter().filter(|slice| slice.count > 0);
        let (min, max) = filled.fold((u64::MAX, 0), |(min, max), slice| (min.min(slice.min), max.max(slice.max)));
        summary.window_count = self.window_count;
        summary.window_sum = self.window_sum;
        (summary.window_min, summary.window_max) = (min, max);
        let percentile = |per_mille| self.nearest_rank(per_mille).clamp(min, max);
        summary.p50 = percentile(500);
        summary.p95 = percentile(950);
        summary.p99 = percentile(990);
        summary.p999 = percentile(999);
        summary
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    /// As if new; what it takes of memory is kept.
    pub fn reset(&mut self) {
        let (pages, mut free) = (std::mem::take(&mut self.pages), std::mem::take(&mut self.free));
        let current = self.current;
        *self = Histogram::default();
        free.clear();
        free.extend(0..pages.len() as u16);
        (self.pages, self.free, self.current) = (pages, free, current);
        self.pages.fill([0; SUB]);
    }

    /// Bytes it holds.
    pub fn memory_bytes(&self) -> usize {
        size_of::<Self>()
            + size_of::<[Row; ROWS]>()
            + size_of::<[Slice; SLICES]>()
            + self.pages.capacity() * size_of::<Row>()
            + self.free.capacity() * size_of::<u16>()
    }

    /// The bucket that holds the value of rank ceil(p * n).
    fn nearest_rank(&self, per_mille: u64) -> u64 {
        // At most 60 slices of 2^32 values: far from overflowing.
        let rank = self.window_count.saturating_mul(per_mille).div_ceil(1000).max(1);
        let mut before = 0;
        for (row, (cells, row_total)) in self.total.iter().zip(self.row_total).enumerate() {
            if before + u64::from(row_total) < rank {
                before += u64::from(row_total);
                continue;
            }
            for (column, cell) in cells.iter().enumerate() {
                before += u64::from(*cell);
                if before >= rank {
                    return middle(row, column);
                }
            }
        }
        VALUE_MAX
    }

    /// Drops the slices that have left the window. A clock that steps back keeps filling the slice it was in.
    fn slide(&mut self, now_us: u64) {
        let now = now_us / SLICE_US;
        if now <= self.current {
            return;
        }
        let steps = (now - self.current).min(SLICES as u64);
        for step in 1..=steps {
            self.drop_slice(((self.current + step) % SLICES as u64) as usize);
        }
        // After a long pause the numbers in between were never filled; those that matter have been dropped above.
        self.current = now;
    }

    fn drop_slice(&mut self, index: usize) {
        let Some(slice) = self.slices.get_mut(index) else { return };
        let old = std::mem::replace(slice, EMPTY);
        if old.count == 0 {
            return;
        }
        self.window_count = self.window_count.saturating_sub(u64::from(old.count));
        self.window_sum = self.window_sum.saturating_sub(old.sum);
        for ((page, cells), row_total) in old.pages.into_iter().zip(self.total.iter_mut()).zip(&mut self.row_total) {
            let Some(counts) = self.pages.get_mut(usize::from(page)) else { continue };
            for (cell, count) in cells.iter_mut().zip(counts) {
                *cell = cell.saturating_sub(*count);
                *row_total = row_total.saturating_sub(*count);
                *count = 0;
            }
            self.free.push(page);
        }
    }
}

fn place(value: u64) -> (usize, usize) {
    let value = value.min(VALUE_MAX) as u32;
    let octave = (value | 1).ilog2();
    if octave <= SUB_BITS {
        return ((value >> SUB_BITS) as usize, (value as usize) % SUB);
    }
    let shift = octave - SUB_BITS;
    (shift as usize + 1, ((value >> shift) as usize) % SUB)
}

fn middle(row: usize, column: usize) -> u64 {
    let (row, column) = (row as u64, column as u64);
    if row < 2 {
        return row * SUB as u64 + column;
    }
    let width = 1u64 << (row - 1);
    (SUB as u64 + column) * width + width / 2
}
