//! The kinds of devices.

use super::Model;

pub(super) const TERMINAL: Model =
    Model { name: "Terminal", platform: "Android 14", user_agent: "DaybookAgent/3.2.1 (Android 14; T2 Pro)" };
pub(super) const TABLET: Model = Model {
    name: "Tablet",
    platform: "iPadOS 18.5",
    user_agent: "DaybookAgent/3.2.0 (iPadOS 18.5; iPad14,8)",
};
pub(super) const KIOSK: Model = Model {
    name: "Kiosk",
    platform: "Windows 11 IoT",
    user_agent: "DaybookAgent/3.1.4 (Windows NT 10.0; IoT Enterprise)",
};
pub(super) const SCANNER: Model =
    Model { name: "Scanner", platform: "Android 13", user_agent: "DaybookAgent/3.2.1 (Android 13; TC58)" };
pub(super) const GATEWAY: Model = Model {
    name: "Gateway",
    platform: "Linux 6.6 arm64",
    user_agent: "DaybookAgent/3.2.2 (Linux 6.6.31; aarch64)",
};
pub(super) const CONTROLLER: Model = Model {
    name: "Controller",
    platform: "Linux 6.1 x86-64",
    user_agent: "DaybookAgent/3.0.9 (Linux 6.1.90; x86_64)",
};
pub(super) const WORKSTATION: Model = Model {
    name: "Workstation",
    platform: "Windows 11",
    user_agent: "DaybookAgent/3.2.1 (Windows NT 10.0; Win64; x64)",
};
pub(super) const LAPTOP: Model =
    Model { name: "Laptop", platform: "macOS 15.5", user_agent: "DaybookAgent/3.2.2 (macOS 15.5; arm64)" };
pub(super) const PHONE: Model =
    Model { name: "Phone", platform: "Android 15", user_agent: "DaybookAgent/3.2.2 (Android 15; SM-A556B)" };
