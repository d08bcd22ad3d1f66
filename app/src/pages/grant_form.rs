//! The part of a form that says which rights, tenant and regions somebody or something gets.

use domain::access::{Area, Level, Preset};
use domain::{RegionId, UNKNOWN_REGION};
use leptos::prelude::*;
use warehouse::access::Grants;
use warehouse::access::tenants::{RegionOwner, Tenant};
use warehouse::read::regions::Tree;

use crate::components::form::{Choice, Form};
use crate::context::AppContext;
use crate::pages::shared::region_name;
use crate::text::access::{common as words, people, rights};

/// The value of `preset` for levels chosen one by one.
pub const CUSTOM: &str = "custom";

/// What may be chosen, and what is chosen now.
pub struct GrantForm<'a> {
    pub form: Form<'a>,
    pub ctx: &'a AppContext,
    pub tree: &'a Tree,
    pub tenants: &'a [Tenant],
    /// Whose each region is; empty for those who do not manage tenants.
    pub owners: &'a [RegionOwner],
    pub standing: &'a Grants,
}

impl GrantForm<'_> {
    /// Presets with a line each. What the viewer does not have himself cannot be chosen.
    pub fn presets(&self, with_custom: bool) -> AnyView {
        let lang = self.form.lang;
        let standing = Preset::of(self.standing.rights);
        let presets = Preset::ALL.into_iter().map(|preset| {
            Choice::new(preset.code(), rights::preset(preset).get(lang), standing == Some(preset))
                .note(rights::preset_note(preset).get(lang))
                .disabled(!self.ctx.viewer.rights.covers(preset.rights()))
        });
        let custom = with_custom
            .then(|| Choice::new(CUSTOM, rights::CUSTOM.get(lang), standing.is_none()).note(rights::CUSTOM_NOTE.get(lang)));
        self.form.radios("preset", people::PRESET.get(lang), presets.chain(custom).collect())
    }

    /// A level for each area, for the own combination.
    pub fn levels(&self) -> AnyView {
        let lang = self.form.lang;
        let selects = Area::ALL.into_iter().map(|area| {
            let own = self.ctx.viewer.rights.level(area);
            let choices = Level::ALL.into_iter().map(|level| {
                let is_standing = self.standing.rights.level(area) == level;
                Choice::new(level.code(), rights::level(level).get(lang), is_standing).disabled(level > own)
            });
            self.form.select(area.code(), rights::area(area).get(lang), choices.collect())
        });
        view! {
            <fieldset class="custom-levels">
                <legend>{people::LEVELS.get(lang)}</legend>
                <div class="levels">{selects.collect_view()}</div>
            </fieldset>
        }
        .into_any()
    }

    /// The operator chooses; everybody else stays within his tenant.
    pub fn tenant(&self) -> AnyView {
        let lang = self.form.lang;
        if let Some(own) = self.ctx.viewer.tenant_id {
            let name = self.ctx.viewer.tenant_name.clone().unwrap_or_default();
            return view! {
                <input type="hidden" name="tenant_id" value=own.to_string() />
                <p class="plain-field"><span>{words::TENANT.get(lang)}</span> {super::managed::user_text(&name)}</p>
            }
            .into_any();
        }
        let operator = Choice::new("", words::OPERATOR.get(lang), self.standing.tenant_id.is_none());
        let tenants = self.tenants.iter().map(|tenant| {
            Choice::new(tenant.tenant_id.to_string(), tenant.name.clone(), self.standing.tenant_id == Some(tenant.tenant_id))
        });
        self.form.select("tenant_id", words::TENANT.get(lang), std::iter::once(operator).chain(tenants).collect())
    }

    /// All regions, or some of those that the viewer sees himself.
    pub fn regions(&self) -> AnyView {
        let lang = self.form.lang;
        let all =
            Choice::new("all", words::ALL_REGIONS.get(lang), self.standing.all_regions).note(words::ALL_REGIONS_NOTE.get(lang));
        let some = Choice::new("some", words::SOME_REGIONS.get(lang), !self.standing.all_regions);
        let known = self.tree.regions.iter().filter(|region| region.region_id != UNKNOWN_REGION);
        let choices: Vec<_> = known
            .map(|region| {
                let id = region.region_id;
                let name = region_name(id, &region.region_name, lang);
                let choice = Choice::new(id.to_string(), name, self.standing.regions.contains(&id));
                match self.owner(id) {
                    Some(owner) => choice.note(owner.to_owned()),
                    None => choice,
                }
            })
            .collect();
        let list = if choices.is_empty() {
            view! { <p class="hint">{words::NO_REGION_KNOWN.get(lang)}</p> }.into_any()
        } else {
            self.form.checkboxes("region", words::SOME_REGIONS.get(lang), choices)
        };
        let radios = self.form.radios("regions", words::REGIONS.get(lang), vec![all, some]);
        view! { {radios} <div class="region-list">{list}</div> {self.unseen_regions()} }.into_any()
    }

    /// Granted regions that the list does not show stay granted.
    fn unseen_regions(&self) -> AnyView {
        let unseen = self.standing.regions.iter().filter(|id| self.tree.find(**id).is_none());
        unseen.map(|id| view! { <input type="hidden" name="region" value=id.to_string() /> }).collect_view().into_any()
    }

    fn owner(&self, region: RegionId) -> Option<&str> {
        let owner = self.owners.iter().find(|owner| owner.region_id == region)?;
        self.tenants.iter().find(|tenant| Some(tenant.tenant_id) == owner.tenant_id).map(|tenant| tenant.name.as_str())
    }
}
