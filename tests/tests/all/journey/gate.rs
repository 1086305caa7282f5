//! A gate that looks at pictures.

use std::path::{Path, PathBuf};

use real_parts::programs::kiosk;
use serde_json::Value;

use crate::world::World;

/// A gate, by its settings file.
pub(crate) struct Gate(PathBuf);

impl Gate {
    pub(crate) async fn of(world: &World, name: &str) -> Self {
        Self(world.gate(name).await)
    }

    /// Holds a picture before the gate; what the gate says of it.
    pub(crate) async fn sees(&self, picture: &Path) -> Value {
        let settings = self.0.to_str().unwrap();
        line(&["--config", settings, "--headless", "--frames", picture.to_str().unwrap()]).await
    }
}

/// The text of the code in a picture.
pub(crate) async fn code_in(picture: &Path) -> String {
    let said = line(&["decode", picture.to_str().unwrap()]).await;
    said["text"].as_str().unwrap_or_else(|| panic!("no code: {said}")).to_owned()
}

/// The one line that the gate's program answers with.
async fn line(arguments: &[&str]) -> Value {
    let output = kiosk(arguments, &[], b"").await.unwrap();
    assert!(output.status.success(), "kiosk-app {arguments:?}: {}", output.stderr);
    serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{arguments:?}: {}{}", output.stdout, output.stderr))
}
