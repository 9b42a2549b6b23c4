//! What the system does with memory that holds a request, and whether its clock is plausible.

use std::path::Path;
use std::time::UNIX_EPOCH;

use super::Finding;
use crate::moment::Moment;

pub(super) fn examine(now: Moment) -> Vec<Finding> {
    let mut findings = vec![dumps()];
    findings.extend(std::fs::read_to_string("/proc/swaps").ok().map(|swaps| swap(&swaps)));
    let program = std::env::current_exe().ok().and_then(|program| modified(&program));
    findings.extend(program.and_then(|program| before(program, now)));
    findings
}

/// Tries what `serve` does.
fn dumps() -> Finding {
    match crate::memory::forbid_dumps() {
        Ok(()) => Finding::ok("dumps", "a crash leaves no memory dump"),
        Err(error) => Finding::error(
            "dumps",
            format!("crash dumps cannot be forbidden: {error}"),
            "set LimitCORE=0 in the systemd unit",
        ),
    }
}

/// Swapped memory may hold the address of a request. zram stays in memory, so it does not count.
fn swap(swaps: &str) -> Finding {
    let places: Vec<&str> = swaps
        .lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().next())
        .filter(|place| !place.contains("/zram"))
        .collect();
    if places.is_empty() {
        return Finding::ok("swap", "memory is not swapped to a disk");
    }
    Finding::warning(
        "swap",
        format!("memory with the addresses of requests may be swapped to {}", places.join(", ")),
        "encrypt the swap, or set MemorySwapMax=0 in the systemd unit",
    )
}

fn modified(file: &Path) -> Option<Moment> {
    let time = std::fs::metadata(file).ok()?.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(Moment::from_minutes(i64::try_from(time.as_secs() / 60).ok()?))
}

/// The clock cannot be earlier than the program's own file.
fn before(program: Moment, now: Moment) -> Option<Finding> {
    (now < program).then(|| {
        Finding::error(
            "clock",
            format!(
                "the clock says {}, but this program was built later, at {}",
                now.minute_text(),
                program.minute_text()
            ),
            "set the clock by NTP",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;

    #[test]
    fn swap_on_a_disk_is_told_by_name() {
        let head = "Filename Type Size Used Priority\n";
        assert_eq!(swap(head).verdict, Verdict::Ok);
        assert_eq!(swap(&format!("{head}/dev/zram0 partition 1024 0 100\n")).verdict, Verdict::Ok);
        let finding = swap(&format!("{head}/dev/sda2 partition 1024 0 -2\n"));
        assert!(finding.verdict == Verdict::Warning && finding.says.contains("/dev/sda2"));
    }

    #[test]
    fn a_clock_before_the_programs_own_file_is_wrong() {
        let at = Moment::from_minutes;
        assert_eq!(before(at(100), at(100)), None);
        assert!(before(at(100), at(99)).is_some());
    }
}
