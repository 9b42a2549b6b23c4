//! From a hit to the collector: hits wait for company, become a batch, and the batch is tried until it is answered.

pub mod js;
pub mod retry;
pub(crate) mod transport;
