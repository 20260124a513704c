//! Projects: created, edited, deleted.

use daybook_model::{
    change::{Change, Edit},
    project::{Priority, Project, ProjectChanges, ProjectDraft, ProjectEdit, ProjectImpact, ProjectStatus},
};

use crate::sample::{self, known};

#[test]
fn a_project_may_have_a_description_of_nothing_but_blanks_which_is_none() {
    let draft = |description: &str| ProjectDraft {
        name: "Kiosk".to_owned(),
        client_name: "Grace".to_owned(),
        description: Some(description.to_owned()),
        ..ProjectDraft::default()
    };
    let described =
        |text: &str| draft(text).decide(sample::project().id, sample::tenant().to_ref()).unwrap().description;
    assert_eq!(described(" two kiosks\nin the hall "), Some(known("two kiosks\nin the hall")));
    assert_eq!(described(" \n "), None);
    let described = Project { description: Some(known("two kiosks")), ..sample::project() };
    let edit = |text: &str| ProjectEdit { description: Edit::Set(text.to_owned()), ..ProjectEdit::default() };
    let change =
        |text| described.edit(sample::tenant().to_ref(), &edit(text)).unwrap().unwrap().changes.description;
    let before = Some(known("two kiosks"));
    assert_eq!(change(" "), Some(Change { before: before.clone(), after: None }));
    assert_eq!(change("one"), Some(Change { before, after: Some(known("one")) }));
}

#[test]
fn an_edit_is_the_next_version_with_what_differs() {
    let edited = |edit: ProjectEdit| sample::project().edit(sample::tenant().to_ref(), &edit).unwrap();
    let edit = ProjectEdit {
        name: Some("Till".to_owned()),
        client_name: Some("Grace".to_owned()),
        priority: Some(Priority::High),
        ..ProjectEdit::default()
    };
    let updated = edited(edit).unwrap();
    assert_eq!((updated.version, updated.project.name.as_str()), (8, "Till"));
    let changes = ProjectChanges {
        name: Some(Change { before: "Kiosk".to_owned(), after: "Till".to_owned() }),
        priority: Some(Change { before: Priority::Normal, after: Priority::High }),
        ..ProjectChanges::default()
    };
    assert_eq!(updated.changes, changes, "the client is the same");
    let same =
        ProjectEdit { name: Some(" Kiosk ".to_owned()), is_active: Some(true), ..ProjectEdit::default() };
    assert_eq!(edited(same), None);
    let off = edited(ProjectEdit { is_active: Some(false), ..ProjectEdit::default() }).unwrap();
    assert_eq!((off.version, off.project.name.as_str()), (8, "Kiosk"));
}

#[test]
fn its_end_is_its_next_version_too() {
    let deleted = sample::project().delete(sample::tenant().to_ref(), ProjectImpact::default());
    assert_eq!((deleted.version, deleted.was), (8, ProjectStatus::Active));
}
