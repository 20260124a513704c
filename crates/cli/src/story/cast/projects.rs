//! The projects of each tenant, in the order of their numbers.

use daybook_model::project::Priority::{self, High, Low, Normal};

use super::{
    Fate::{self, Deleted, Ends, Lives, Pauses},
    Project,
};

/// Name, client and description; how urgent, opened on which day, with how much demand, and what becomes of it.
const fn project(
    [name, client_name, description]: [&'static str; 3],
    priority: Priority,
    opens: i64,
    demand: u64,
    fate: Fate,
) -> Project {
    Project { name, client_name, description, priority, opens, demand, fate }
}

pub(super) const NORTHWIND: &[Project] = &[
    project(
        [
            "Arm Controller 5",
            "Vanderveen Automotive",
            "Motion licences for the fifth generation of welding arms.",
        ],
        High,
        0,
        8,
        Lives,
    ),
    project(
        [
            "Fleet Supervisor",
            "Nordhafen Terminals",
            "Supervises the yard vehicles of three container terminals.",
        ],
        Normal,
        1,
        6,
        Lives,
    ),
    project(
        ["Vision Cell", "Hexagon Foundry", "Part recognition at the casting line."],
        Normal,
        20,
        4,
        Lives,
    ),
    project(["Palletiser Retrofit", "Brouwer Dairy", "New heads on old machines."], Low, 74, 3, Ends(241)),
    project(
        ["Torque Analytics", "Vanderveen Automotive", "Torque curves of every joint, kept for the warranty."],
        Normal,
        133,
        4,
        Lives,
    ),
    project(
        ["Cleanroom Pilot", "Aurora Semicon", "Waits for the client's approval of the enclosure."],
        Low,
        280,
        0,
        Lives,
    ),
];

pub(super) const ALPENGLOW: &[Project] = &[
    project(
        ["Lobby Check-in", "Alpenglow Hotels", "Self check-in at the entrance of every house."],
        High,
        1,
        7,
        Lives,
    ),
    project(
        ["Room Concierge", "Alpenglow Hotels", "Tablets in suites: orders, lights, late check-out."],
        Normal,
        9,
        5,
        Lives,
    ),
    project(
        [
            "Ski Pass Desk",
            "Gletscherbahn Süd",
            "Passes and rental at the reception; closed outside the season.",
        ],
        Normal,
        35,
        3,
        Pauses(170, 262),
    ),
    project(["Spa Booking", "Terme Bellavista", "Treatments and loyalty points."], Low, 118, 2, Lives),
    project(
        ["Banquet Planner", "Alpenglow Events", "Tables, menus and staff for weddings and congresses."],
        Low,
        229,
        2,
        Lives,
    ),
];

pub(super) const KESTREL: &[Project] = &[
    project(
        ["Dock Scanner", "Kestrel Logistics", "Receiving and put-away at the cross-docks."],
        High,
        2,
        9,
        Lives,
    ),
    project(
        ["Driver App", "Kestrel Logistics", "Routes, proof of delivery and refusals at the door."],
        High,
        6,
        8,
        Lives,
    ),
    project(
        ["Cold Chain", "Friga Pharma", "Temperature seals for vaccine transports."],
        Normal,
        52,
        3,
        Lives,
    ),
    project(
        ["Returns Desk", "Modehaus Kröger", "Returns of online orders, sorted on the spot."],
        Normal,
        97,
        3,
        Deleted(263),
    ),
    project(
        ["Customs Preview", "Kestrel Logistics", "Papers before the lorry reaches the border."],
        Low,
        176,
        2,
        Lives,
    ),
    project(
        ["Yard Camera", "Port of Ghent", "Plates at the gate; hardware not yet delivered."],
        Low,
        310,
        0,
        Lives,
    ),
];

pub(super) const BLUE: &[Project] = &[
    project(["Ward Rounds", "Blue Harbor Clinics", "Charts at the bedside."], High, 6, 6, Lives),
    project(
        ["Patient Arrival", "Blue Harbor Clinics", "Arrival and forms in the waiting room."],
        Normal,
        15,
        4,
        Lives,
    ),
    project(["Infusion Pumps", "Medivance Devices", "Licences of the pump gateway."], High, 83, 3, Lives),
    project(
        ["Telehealth Room", "Blue Harbor Clinics", "Rooms for remote consultations; closed after the pilot."],
        Low,
        60,
        2,
        Ends(196),
    ),
];

pub(super) const SAVANNA: &[Project] = &[
    project(["Edge Gateway", "Savanna Telecom", "Small cells in market towns."], High, 13, 8, Lives),
    project(["Field Technician", "Savanna Telecom", "Work orders and signal tests."], Normal, 17, 6, Lives),
    project(["Mobile Money Desk", "Pesa Kiosks", "Agents' terminals."], High, 66, 5, Lives),
    project(
        ["Tower Sensors", "Masai Energy", "Battery and diesel levels at the towers."],
        Normal,
        151,
        3,
        Lives,
    ),
    project(
        ["School Connect", "Ministry of Education", "Licences sponsored for two hundred schools."],
        Normal,
        244,
        4,
        Lives,
    ),
];

pub(super) const PAPYRUS: &[Project] = &[
    project(["Newsroom", "Papyrus Media", "Planning and publishing for four titles."], Normal, 31, 5, Lives),
    project(
        ["Print Proof", "Druckhaus Elbe", "Colour proofs before the plates are made."],
        Low,
        40,
        2,
        Lives,
    ),
    project(
        [
            "Archive Reader",
            "Papyrus Media",
            "A hundred years of scanned pages; switched off while rights are cleared.",
        ],
        Low,
        120,
        1,
        Ends(188),
    ),
];

pub(super) const IRONWOOD: &[Project] = &[
    project(
        ["Line Monitor", "Ironwood Manufacturing", "Counts, stops and scrap of every line."],
        High,
        48,
        7,
        Lives,
    ),
    project(
        ["Tool Crib", "Ironwood Manufacturing", "Who has which gauge, and when it was calibrated."],
        Normal,
        55,
        4,
        Lives,
    ),
    project(
        ["Forklift Access", "Hebetechnik Braun", "Only trained drivers start a truck."],
        Normal,
        112,
        3,
        Lives,
    ),
    project(["Energy Meter", "Stadtwerke Mur", "Consumption by machine."], Low, 203, 2, Lives),
    project(
        ["Paint Shop", "Ironwood Manufacturing", "On hold: the shop moves to Brno first."],
        Low,
        160,
        1,
        Ends(181),
    ),
];

pub(super) const MERIDIAN: &[Project] = &[
    project(
        ["Branch Teller", "Meridian Credit Union", "Counter positions in nineteen branches."],
        High,
        81,
        6,
        Lives,
    ),
    project(
        ["Advisor Tablet", "Meridian Credit Union", "Mortgages at the kitchen table."],
        Normal,
        90,
        4,
        Lives,
    ),
    project(["Vault Log", "Meridian Credit Union", "Two signatures for every opening."], High, 165, 1, Lives),
];

pub(super) const COBALT: &[Project] = &[
    project(["Build Farm", "Cobalt Games", "Licences of the build agents."], Normal, 95, 4, Lives),
    project(["Playtest Lab", "Cobalt Games", "Consoles that leave the building."], Normal, 101, 3, Lives),
];

pub(super) const TIDEWATER: &[Project] = &[
    project(
        ["Meter Gateway", "Tidewater Utilities", "Concentrators for the radio meters."],
        High,
        141,
        7,
        Lives,
    ),
    project(["Pump Station", "Tidewater Utilities", "Remote start, stop and alarms."], High, 149, 4, Lives),
    project(["Leak Survey", "Aquaterra Surveys", "Acoustic surveys by contractors."], Normal, 210, 3, Lives),
    project(
        ["Storm Overflow", "Tidewater Utilities", "Requested by the regulator; contract pending."],
        Low,
        301,
        0,
        Lives,
    ),
];

pub(super) const ORCHARD: &[Project] = &[
    project(
        ["Classroom", "Orchard Learning", "Lessons and quizzes for the whole class."],
        High,
        190,
        6,
        Lives,
    ),
    project(["Exam Mode", "State Examinations Board", "Locked tablets during exams."], High, 198, 3, Lives),
    project(["Parent Portal", "Orchard Learning", "Designed, not started."], Low, 255, 0, Lives),
];

pub(super) const LUMEN: &[Project] = &[
    project(
        ["Work Orders", "Lumen Field Services", "Inspections, photographs and signatures."],
        High,
        251,
        6,
        Lives,
    ),
    project(
        ["Solar Commissioning", "Heliotrope Parks", "Inverters, strings and hand-over papers."],
        Normal,
        258,
        4,
        Lives,
    ),
    project(["Van Stock", "Lumen Field Services", "What is in which van."], Low, 297, 1, Lives),
];
