//! What the event stream sends: the blocks of a page, rendered by the same code as the page itself.

use std::sync::Arc;

use leptos::prelude::*;

use crate::context::{AppContext, PageRequest, Theme, View};
use crate::error::AppError;
use crate::pages;
use crate::shell::frame;
use crate::text::Lang;
use crate::viewer::{Audience, Viewer};

/// Longest address a topic may have.
pub const MAX_TOPIC_BYTES: usize = 512;

/// A page that viewers watch: its address and language, and what they may see. Viewers with equal topics get the same bytes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Topic {
    request: PageRequest,
    audience: Audience,
}

/// One block of a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fragment {
    /// The value of `data-live` of the element that it replaces.
    pub id: String,
    /// The whole element.
    pub html: String,
}

impl Topic {
    /// Reads the address of a page; an unknown page or a wrong parameter is an error before anything is asked.
    pub fn parse(path_and_query: &str, lang: Lang, audience: Audience) -> Result<Self, AppError> {
        let path = path_and_query.split(['?', '#']).next().unwrap_or_default();
        // one spelling of each address: what was permitted must be what is shown
        let is_plain = !path.contains(['%', '+']) && !path.contains("//") && (path.len() == 1 || !path.ends_with('/'));
        if path_and_query.len() > MAX_TOPIC_BYTES || !path.starts_with('/') || !is_plain || path_and_query.contains('#') {
            return Err(AppError::bad_parameter("path", path_and_query, "/…"));
        }
        // The theme is only a matter of style: one topic serves both.
        let request = PageRequest::parse(path_and_query, View { lang, theme: Theme::default() });
        let request = PageRequest { view: View { theme: Theme::default(), ..request.view }, ..request };
        pages::check(&request)?;
        if !pages::is_live(&request) {
            return Err(AppError::NotFound);
        }
        Ok(Self { request, audience })
    }

    pub fn lang(&self) -> Lang {
        self.request.view.lang
    }

    pub fn path(&self) -> &str {
        &self.request.path
    }

    pub fn request(&self) -> &PageRequest {
        &self.request
    }

    pub fn audience(&self) -> &Audience {
        &self.audience
    }
}

/// All blocks of a page as they are now, for its audience. The frame of the page comes first.
pub async fn render(topic: &Topic, ctx: &AppContext) -> Result<Vec<Fragment>, AppError> {
    let ctx = &ctx.for_viewer(Arc::new(Viewer::of(topic.audience()))).newest();
    let content = pages::content(&topic.request, ctx).await?;
    let frame_data = frame::data(ctx).await?;
    let owner = Owner::new();
    let fragments = owner.with(|| {
        let frame_blocks = frame::blocks(&frame_data, &topic.request, content.frame, ctx);
        frame_blocks.into_iter().chain(content.blocks).filter(|block| block.is_live).map(Fragment::from).collect()
    });
    owner.cleanup();
    Ok(fragments)
}

impl From<crate::components::Block> for Fragment {
    fn from(block: crate::components::Block) -> Self {
        Self { id: block.id.clone(), html: block.into_view().to_html() }
    }
}
