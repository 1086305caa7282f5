//! The packages, by what needs them.

use super::{Brings, Package};

/// The private database server. Not `mariadb-server`, which would start a system service.
pub const DATABASE: &[Package] = &[
    Package { debian: "mariadb-server-core", brings: Brings::Program("mariadbd"), purpose: "the database server" },
    Package {
        debian: "mariadb-client-core",
        brings: Brings::Program("my_print_defaults"),
        purpose: "setting the database up",
    },
];

/// A browser that tests can drive, and letters of India's scripts for its screenshots.
pub const BROWSER: &[Package] = &[
    Package { debian: "chromium", brings: Brings::Program("chromium"), purpose: "the browser" },
    Package { debian: "chromium-driver", brings: Brings::Program("chromedriver"), purpose: "driving the browser" },
    LETTERS,
];

/// What builds the pages' style sheet, and checks the window's page.
pub const PAGES: &[Package] = &[
    Package { debian: "nodejs", brings: Brings::Program("node"), purpose: "building the pages' style sheet" },
    Package { debian: "npm", brings: Brings::Program("npm"), purpose: "fetching the pages' style sheet" },
];

/// What makes networks of a test's own.
pub const NETWORK: &[Package] =
    &[Package { debian: "iproute2", brings: Brings::Program("ip"), purpose: "networks that can be cut on purpose" }];

/// A mail server for tests to send to.
pub const MAIL: &[Package] = &[Package {
    debian: "python3-aiosmtpd",
    // Not whether Python can import it: the first Python on the PATH may not be Debian's.
    brings: Brings::File("/usr/lib/python3/dist-packages/aiosmtpd/smtp.py"),
    purpose: "a mail server to send to",
}];

/// What the gate's window and camera are compiled with.
///
/// `libclang1` and not a version's own package: it is there in every release
/// of Debian and Ubuntu, and brings that release's libclang.
pub const WINDOW_BUILD: &[Package] = &[
    Package { debian: "pkg-config", brings: Brings::Program("pkg-config"), purpose: "finding libraries to build with" },
    Package {
        debian: "libwebkit2gtk-4.1-dev",
        brings: Brings::Development("webkit2gtk-4.1"),
        purpose: "the window; some 400 MB with all it needs",
    },
    Package {
        debian: "libclang1",
        brings: Brings::Library("libclang"),
        purpose: "reading the camera interface's C headers",
    },
];

/// A screen without a monitor, and hands and eyes for the window on it.
pub const WINDOW_TEST: &[Package] = &[
    Package { debian: "xvfb", brings: Brings::Program("Xvfb"), purpose: "a screen without a monitor" },
    Package { debian: "openbox", brings: Brings::Program("openbox"), purpose: "filling the screen with the window" },
    Package {
        debian: "webkit2gtk-driver",
        brings: Brings::Program("WebKitWebDriver"),
        purpose: "driving the gate's window",
    },
    Package { debian: "imagemagick", brings: Brings::Program("import"), purpose: "photographing the screen" },
    Package { debian: "xdotool", brings: Brings::Program("xdotool"), purpose: "typing as a barcode scanner does" },
    LETTERS,
];

/// What looks at a printed ticket.
pub const PAPER: &[Package] = &[Package {
    debian: "poppler-utils",
    brings: Brings::Program("pdftotext"),
    purpose: "looking at a printed ticket",
}];

/// What looks into the gate's packages.
pub const PACKAGE_TEST: &[Package] = &[
    Package { debian: "rpm", brings: Brings::Program("rpm"), purpose: "looking into the .rpm" },
    Package {
        debian: "desktop-file-utils",
        brings: Brings::Program("desktop-file-validate"),
        purpose: "checking the entry in the menu",
    },
];

/// What brings an outside judge of webhooks, which is written in Python, into a folder of its own.
pub const CARBON: &[Package] = &[
    Package { debian: "python3", brings: Brings::Program("python3"), purpose: "running carbon-layer" },
    Package { debian: "python3-venv", brings: Brings::Python("ensurepip"), purpose: "installing carbon-layer" },
];

/// What builds libFuzzer.
pub const FUZZ: &[Package] =
    &[Package { debian: "g++", brings: Brings::Program("c++"), purpose: "building the fuzzer, which is C++" }];

/// What builds a Linux with the real camera driver, and the camera for it.
pub const REAL_DRIVER: &[Package] = &[
    Package {
        debian: "linux-source-6.12",
        brings: Brings::File("/usr/src/linux-source-6.12.tar.xz"),
        purpose: "the camera driver that everybody has, and a Linux around it; some 150 MB",
    },
    Package { debian: "gcc", brings: Brings::Program("gcc"), purpose: "building Linux" },
    Package { debian: "libc6-dev", brings: Brings::File("/usr/include/stdio.h"), purpose: "building Linux" },
    Package { debian: "make", brings: Brings::Program("make"), purpose: "building Linux" },
    Package { debian: "flex", brings: Brings::Program("flex"), purpose: "building Linux" },
    Package { debian: "bison", brings: Brings::Program("bison"), purpose: "building Linux" },
    Package { debian: "bc", brings: Brings::Program("bc"), purpose: "building Linux" },
    Package { debian: "perl", brings: Brings::Program("perl"), purpose: "building Linux" },
    Package { debian: "xz-utils", brings: Brings::Program("xz"), purpose: "unpacking Linux" },
];

/// What builds a reader of codes that is C++, to be measured beside ours.
pub const ZXING_CPP: &[Package] = &[
    Package { debian: "cmake", brings: Brings::Program("cmake"), purpose: "building zxing-cpp" },
    Package { debian: "make", brings: Brings::Program("make"), purpose: "building zxing-cpp" },
    Package { debian: "g++", brings: Brings::Program("c++"), purpose: "building zxing-cpp, which is C++" },
];

/// The reader of codes that Linux systems have, to be measured beside ours.
pub const ZBAR: &[Package] = &[
    Package { debian: "pkg-config", brings: Brings::Program("pkg-config"), purpose: "finding ZBar" },
    Package { debian: "libzbar-dev", brings: Brings::Development("zbar"), purpose: "ZBar, a reader of codes" },
];

const LETTERS: Package =
    Package { debian: "fonts-noto-core", brings: Brings::Font("NotoSansDevanagari"), purpose: "names in every script" };
