// What is there in time?

/** Ms: without its words a panel has English ones then, and a module is given up a little later. */
export const LATE = 10000;

/** What is there in time. @param {Promise<any>} coming @param {number} ms @param {string} why it is not @returns {Promise<any>} */
export const soon = (coming, ms, why) => Promise.race([coming, new Promise((_, fail) => setTimeout(fail, ms, Error(why)))]);
