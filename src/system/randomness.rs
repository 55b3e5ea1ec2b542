//! Random bytes that the host handed in, spent in order: ids of traces, jitter of delays.
//! Must never invent randomness while there is some left; what it does when there is none is a function of the rest.

/// Below this the host is asked for more.
const WANTED_BYTES: usize = 128;
const KEPT_BYTES_MAX: usize = 4096;

#[derive(Default)]
pub struct Randomness {
    /// Taken from the end.
    pool: Vec<u8>,
    /// Goes on from the last bytes when one event needs more than was handed in (SplitMix64).
    state: u64,
}

impl Randomness {
    pub fn is_low(&self) -> bool {
        self.pool.len() < WANTED_BYTES
    }

    pub fn add(&mut self, bytes: &[u8]) {
        let room = KEPT_BYTES_MAX.saturating_sub(self.pool.len());
        self.pool.extend(bytes.iter().take(room));
    }

    pub fn fill(&mut self, out: &mut [u8]) {
        for place in out {
            *place = self.byte();
        }
    }

    /// In [0, 1).
    pub fn unit(&mut self) -> f64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        (u64::from_le_bytes(bytes) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn byte(&mut self) -> u8 {
        let Some(byte) = self.pool.pop() else { return self.next() };
        self.state = self.state.rotate_left(8) ^ u64::from(byte);
        byte
    }

    fn next(&mut self) -> u8 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z >> 56) as u8
    }
}
