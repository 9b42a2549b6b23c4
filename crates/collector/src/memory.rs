//! The memory of a request holds its address and headers: none of it may end on a disk.

/// Forbids crash dumps of this process: those that are files, and those that are handed to a program, which a limit on files
/// does not stop.
///
/// # Errors
/// Where the system refuses.
pub fn forbid_dumps() -> std::io::Result<()> {
    #[cfg(unix)]
    rlimit::setrlimit(rlimit::Resource::CORE, 0, 0)?;
    #[cfg(target_os = "linux")]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)?;
    Ok(())
}

/// Forbids huge pages: the allocator would take two megabytes where it needs some kilobytes of one.
///
/// # Errors
/// Where the system refuses.
pub fn forbid_huge_pages() -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::thread::disable_transparent_huge_pages(true)?;
    Ok(())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn dumps_are_off_afterwards_however_they_would_be_taken() {
        super::forbid_dumps().unwrap();
        assert_eq!(rlimit::getrlimit(rlimit::Resource::CORE).unwrap(), (0, 0));
        let behaviour = rustix::process::dumpable_behavior().unwrap();
        assert_eq!(behaviour, rustix::process::DumpableBehavior::NotDumpable);
    }

    #[test]
    fn huge_pages_are_off_afterwards() {
        super::forbid_huge_pages().unwrap();
        assert!(rustix::thread::transparent_huge_pages_are_disabled().unwrap());
    }
}
