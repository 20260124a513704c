//! What the changes of a commit group add up, to be written once for all of them.

use std::any::Any;

use super::Write;

/// What changes add up until their group is committed (SQLite): its writes run right before COMMIT, after all changes of the group. If they
/// fail, so does every change of the group.
pub trait GroupTail: Any + Send {
    /// What is written.
    fn into_writes(self: Box<Self>) -> Vec<Write>;
}

/// The tail of the group that is open, if one of its changes has left something.
#[derive(Default)]
pub(super) struct Tail(Option<Box<dyn GroupTail>>);

impl Tail {
    pub(super) fn get<T: GroupTail>(&self) -> Option<&T> {
        let tail: &dyn Any = self.0.as_deref()?;
        tail.downcast_ref()
    }

    /// Joins what a change leaves to what those before it have left.
    pub(super) fn add<T: GroupTail>(&mut self, left: T, join: impl FnOnce(&mut T, T)) {
        let tail = self.0.as_deref_mut().and_then(|tail| (tail as &mut dyn Any).downcast_mut());
        match tail {
            Some(tail) => join(tail, left),
            None => self.0 = Some(Box::new(left)),
        }
    }

    pub(super) fn take(&mut self) -> Vec<Write> {
        self.0.take().map(GroupTail::into_writes).unwrap_or_default()
    }

    pub(super) fn forget(&mut self) {
        self.0 = None;
    }
}
