//! The module room: URLs, resolution, probing.
