//! The connections of a router's servers, whatever is spoken on them: each is a task, cut by ending it.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::AbortHandle;

/// The tasks that carry bytes, and those that listen. Cheap to clone: every clone is the same list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Links {
    links: Arc<Mutex<Vec<AbortHandle>>>,
    listeners: Arc<Mutex<Vec<AbortHandle>>>,
}

impl Links {
    /// A connection was accepted.
    pub(crate) fn add(&self, link: AbortHandle) {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        links.retain(|link| !link.is_finished());
        links.push(link);
    }

    /// A task listens for connections.
    pub(crate) fn listen(&self, listener: AbortHandle) {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner).push(listener);
    }

    /// Cuts every connection.
    pub(crate) fn cut_all(&self) {
        self.links.lock().unwrap_or_else(PoisonError::into_inner).drain(..).for_each(|link| link.abort());
    }

    /// Listens no more, and cuts every connection.
    pub(crate) fn stop(&self) {
        let mut listeners = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.drain(..).for_each(|listener| listener.abort());
        self.cut_all();
    }
}
