//! `cargo xtask package`: the gate as people install it.

use real_parts::{package, say};

pub(crate) fn run() -> anyhow::Result<()> {
    let packages = package::build()?;
    say::line(format!(
        "
  Debian, Ubuntu  {deb}
  Fedora          {rpm}

Install one with: sudo apt-get install {deb}
or: sudo dnf install {rpm}
",
        deb = packages.deb.display(),
        rpm = packages.rpm.display(),
    ));
    Ok(())
}
