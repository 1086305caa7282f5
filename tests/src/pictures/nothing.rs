//! Frames without a code: most of what a gate's camera sees all day.

use image::GrayImage;

use super::backdrop::backdrop;
use super::luck::Luck;
use super::page::page;
use super::recipe::Recipe;
use super::shot::Scene;
use super::wear;

/// A room, often with a page or a phone held up that shows something else.
pub(super) fn nothing(luck: &mut Luck) -> GrayImage {
    let mut recipe = Recipe::plain(luck);
    let held = luck.chance(0.5).then(|| {
        let mut page = page(None, &recipe.style, luck);
        wear::hand(&mut page, luck);
        page
    });
    recipe.shot.pose.turned = luck.about(40.0);
    recipe.shot.pose.size = luck.between(150.0, 450.0);
    if luck.chance(0.3) {
        recipe.shot.focus = luck.between(0.8, 4.0);
    }
    if luck.chance(0.3) {
        recipe.shot.sensor.dark_noise *= luck.between(1.0, 15.0);
        recipe.shot.sensor.quality = luck.one_of(&[20, 40, 60]);
    }
    let scene = Scene { backdrop: backdrop(luck.chance(0.6), luck), page: held };
    scene.take(&recipe.shot, luck)
}
